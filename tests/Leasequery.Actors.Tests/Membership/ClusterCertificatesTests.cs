using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
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
        (_setup, _check) = Load(own, own.ExportCertificatePem());
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

    [Fact]
    public async Task A_node_shows_what_is_between_it_and_the_authority_and_takes_who_is_behind_the_same()
    {
        using var between = new Authority("between", _ours);
        var (setup, check) = LoadBehind(between);
        using var other = between.Issue();
        Assert.True(setup.CustomValidator!(other, null, "10.0.0.9:7450", SslPolicyErrors.RemoteCertificateChainErrors,
            NoLogger.Instance));
        Assert.False(setup.CustomValidator!(_theirs.Issue(), null, "10.0.0.9:7450", SslPolicyErrors.RemoteCertificateChainErrors,
            NoLogger.Instance));

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sent = ServeAsync(listener, other);
        Assert.Equal(NodeKind.Ours, await check.LookAsync(Endpoint($"{listener.LocalEndpoint}"), default));
        Assert.Contains(between.Root.Subject, await sent);
    }

    [Fact]
    public void Without_what_is_between_a_certificate_is_refused_at_the_start()
    {
        using var between = new Authority("between", _ours);
        using var own = between.Issue();
        var refused = Assert.Throws<SettingsException>(() => Load(own, own.ExportCertificatePem()));
        Assert.Equal("leasequery.cluster.tls.certificate", refused.Key);
        Assert.False(refused.MayPass);
    }

    [Theory] // days from now
    [InlineData(1, 2)] // the clock of a machine that had no power is not right yet
    [InlineData(-2, -1)]
    public void A_certificate_that_is_not_valid_now_may_be_later(int from, int to)
    {
        using var own = _ours.Issue(from, to);
        Assert.True(Assert.Throws<SettingsException>(() => Load(own, own.ExportCertificatePem())).MayPass);
    }

    [Fact]
    public async Task Nodes_behind_an_authority_between_talk_to_each_other()
    {
        using var between = new Authority("between", _ours);
        using var one = Start(LoadBehind(between).Setup);
        using var other = Start(LoadBehind(between).Setup);
        var address = Akka.Cluster.Cluster.Get(other).SelfAddress;
        Assert.NotNull(await one.ActorSelection(new RootActorPath(address) / "system").ResolveOne(Patience));
    }

    private static ActorSystem Start(DotNettySslSetup setup) => ActorSystem.Create("tls", BootstrapSetup.Create()
        .WithConfig(Akka.Configuration.ConfigurationFactory.ParseString(
                "akka { loglevel = OFF, stdout-loglevel = OFF, remote.dot-netty.tcp.enable-ssl = on }")
            .WithFallback(LeasequerySettings.Reference))
        .And(setup));

    private (DotNettySslSetup Setup, NodeCheck Check) LoadBehind(Authority between)
    {
        using var own = between.Issue();
        return Load(own, own.ExportCertificatePem() + Environment.NewLine + between.Root.ExportCertificatePem());
    }

    private (DotNettySslSetup Setup, NodeCheck Check) Load(X509Certificate2 own, string certificates) =>
        ClusterCertificates.Load(new ClusterTlsSettings(
            Write("node.pem", certificates),
            Write("node.key", own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
            Write("authority.pem", _ours.Root.ExportCertificatePem())));

    // Returns the subjects of what the client sends along.
    private static async Task<IReadOnlyList<string>> ServeAsync(TcpListener listener, X509Certificate2 shown)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        string[] sent = [];
        try
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = shown,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, chain, _) =>
                {
                    sent = [.. chain!.ChainPolicy.ExtraStore.Select(certificate => certificate.Subject)];
                    return true;
                },
            });
            Assert.Equal(0, await stream.ReadAsync(new byte[1])); // it looks, says nothing and goes
        }
        catch (Exception cause) when (cause is AuthenticationException or IOException)
        {
            // it does not like us
        }

        return sent;
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
