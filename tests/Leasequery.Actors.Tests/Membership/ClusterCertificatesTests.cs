using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Membership;

/// <summary>
/// Whom a node takes for one of its own, by the rules that remoting is given and by the look before it connects.
/// </summary>
public sealed class ClusterCertificatesTests : IDisposable
{
    private readonly Authority _ours = new("ours");
    private readonly Authority _theirs = new("theirs");
    private readonly Authority _impostor = new("ours"); // of the same name, with a key of its own
    private readonly string _folder = Directory.CreateTempSubdirectory("certificates").FullName;
    private readonly DotNettySslSetup _setup;
    private readonly NodeCheck _check;

    public ClusterCertificatesTests()
    {
        using var own = _ours.Issue();
        (_setup, _check) = ClusterCertificates.Load(new ClusterTlsSettings(
            Write("node.pem", own.ExportCertificatePem()),
            Write("node.key", own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
            Write("authority.pem", _ours.Root.ExportCertificatePem())));
    }

    public static TheoryData<string, bool> Certificates => new()
    {
        { "ours", true },
        { "of another authority", false },
        { "of another authority of the same name", false },
        { "of yesterday", false },
        { "of tomorrow", false },
        { "vouches for itself", false },
    };

    public void Dispose()
    {
        _ours.Dispose();
        _theirs.Dispose();
        _impostor.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public void Remoting_takes_only_what_our_authority_has_issued(string certificate, bool isTaken)
    {
        using var shown = Make(certificate);
        // What the machine trusts says nothing: it trusts none of these, and might trust any.
        Assert.Equal(isTaken, IsTaken(shown, SslPolicyErrors.RemoteCertificateChainErrors));
        Assert.Equal(isTaken, IsTaken(shown, SslPolicyErrors.None));
    }

    [Fact]
    public void Remoting_takes_nobody_without_a_certificate_and_asks_both_sides_for_one()
    {
        Assert.False(IsTaken(null, SslPolicyErrors.RemoteCertificateNotAvailable));
        Assert.True(_setup.RequireMutualAuthentication);
        Assert.False(_setup.SuppressValidation);
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task The_look_before_tells_nodes_from_strangers(string certificate, bool isOurs)
    {
        using var shown = Make(certificate);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var node = Endpoint($"{listener.LocalEndpoint}");
        var serving = ServeAsync(listener, shown);
        Assert.Equal(isOurs ? NodeKind.Ours : NodeKind.Stranger, await _check.LookAsync(node, default));
        await serving;
    }

    [Fact]
    public async Task Where_nobody_listens_nobody_is()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var node = Endpoint($"{listener.LocalEndpoint}");
        listener.Stop();
        Assert.Equal(NodeKind.Absent, await _check.LookAsync(node, default));
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 shown)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(shown);
            Assert.Equal(0, await stream.ReadAsync(new byte[1])); // it looks, says nothing and goes
        }
        catch (Exception cause) when (cause is AuthenticationException or IOException)
        {
            // it does not like us
        }
    }

    private bool IsTaken(X509Certificate2? shown, SslPolicyErrors errors) =>
        _setup.CustomValidator!(shown, null, "10.0.0.9:7450", errors, NoLogger.Instance);

    private X509Certificate2 Make(string certificate) => certificate switch
    {
        "ours" => _ours.Issue(),
        "of another authority" => _theirs.Issue(),
        "of another authority of the same name" => _impostor.Issue(),
        "of yesterday" => _ours.Issue(-2, -1),
        "of tomorrow" => _ours.Issue(1, 2),
        "vouches for itself" => X509CertificateLoader.LoadPkcs12(_theirs.Root.Export(X509ContentType.Pkcs12), null),
        _ => throw new ArgumentOutOfRangeException(nameof(certificate), certificate, "no such certificate"),
    };

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
