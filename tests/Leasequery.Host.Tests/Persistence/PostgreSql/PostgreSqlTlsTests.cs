using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;
using static Leasequery.Host.Tests.Persistence.PostgreSql.Stores;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

/// <summary>
/// A server with a certificate of its own for "localhost", which one authority vouches for and another one does not.
/// </summary>
public sealed class PostgreSqlTlsTests(Stores stores) : IClassFixture<Stores>
{
    [DatabaseFact]
    public async Task A_server_is_believed_only_when_its_certificate_is_vouched_for_and_its_own()
    {
        using var authority = Authority("ours");
        using var another = Authority("another");
        UseTls(authority);
        var ours = stores.Server.Write("ours.pem", authority.ExportCertificatePem());
        var theirs = stores.Server.Write("theirs.pem", another.ExportCertificatePem());
        var database = stores.NewDatabase();

        Assert.Null(await Reason("localhost", DatabaseSslMode.VerifyFull, ours));
        Assert.Null(await Reason("127.0.0.1", DatabaseSslMode.VerifyCa, ours));
        Assert.Null(await Reason("127.0.0.1", DatabaseSslMode.Require, ""));
        Assert.Contains("certificate", await Reason("127.0.0.1", DatabaseSslMode.VerifyFull, ours)); // somebody else's
        Assert.Contains("certificate", await Reason("localhost", DatabaseSslMode.VerifyFull, theirs)); // no one we trust signed
        Assert.Contains("certificate", await Reason("localhost", DatabaseSslMode.VerifyCa, theirs));
        Assert.Contains("certificate", await Reason("localhost", DatabaseSslMode.VerifyFull, ""));

        async Task<string?> Reason(string host, DatabaseSslMode mode, string root)
        {
            var settings = stores.Settings(database);
            using var store = Open(settings with
            {
                PostgreSql = settings.PostgreSql with { Host = host, SslMode = mode, RootCertificate = root },
            });
            try
            {
                Commit(store, [Row("address-0a000001", 1)]);
                Assert.NotEqual("0", stores.Server.Execute("SELECT count(*)"
                    + " FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid)"
                    + $" WHERE s.ssl AND a.datname = '{database}'"));
                Assert.NotNull(await store.ReadNewestAsync("address-0a000001", CancellationToken.None));
                return null;
            }
            catch (PostgreSqlException refused)
            {
                return refused.Message;
            }
        }
    }

    private void UseTls(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, [1, 2, 3, 4]);
        var file = stores.Server.Write("server.crt", certificate.ExportCertificatePem());
        var secret = stores.Server.Write("server.key", key.ExportPkcs8PrivateKeyPem());
        foreach (var setting in new[] { $"ssl_cert_file = '{file}'", $"ssl_key_file = '{secret}'", "ssl = on" })
            stores.Server.Execute($"ALTER SYSTEM SET {setting}");
        stores.Server.Stop();
        stores.Server.Start();
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
