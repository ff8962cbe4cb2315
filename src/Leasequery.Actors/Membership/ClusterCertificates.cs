using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using Leasequery.Actors.Settings;

namespace Leasequery.Actors.Membership;

/// <summary>
/// TLS between nodes. Both sides show a certificate, and each takes only one that the authority of the settings has issued: the
/// authorities that the machine trusts for the web would let in anybody who owns a domain.
/// </summary>
internal static class ClusterCertificates
{
    private const string Root = "leasequery.cluster.tls";

    /// <summary>What Akka needs for it, and what looks at others before Akka does.</summary>
    /// <exception cref="SettingsException">A file cannot be read, or holds something else.</exception>
    public static (DotNettySslSetup Setup, NodeCheck Check) Load(ClusterTlsSettings settings)
    {
        var authority = Read("authority", settings.Authority, () =>
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(settings.Authority);
            return found.Count > 0 ? found : throw new CryptographicException("no certificate in it");
        });
        Read("key", settings.Key, () => File.ReadAllText(settings.Key)); // so that a key that is missing is called by its name
        var own = Read("certificate", settings.Certificate,
            () => X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key));
        if (!IsIssuedBy(authority, own))
            throw new SettingsException($"{Root}.certificate", $"\"{settings.Certificate}\"",
                "a certificate that is valid now, and issued by leasequery.cluster.tls.authority: no other node would take it");
        var setup = new DotNettySslSetup(own, suppressValidation: false, requireMutualAuthentication: true,
            customValidator: (certificate, _, peer, errors, log) =>
            {
                var isOurs = certificate is not null && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)
                    && IsIssuedBy(authority, certificate);
                if (!isOurs)
                    log.Warning("{0} is no node of ours: "
                        + "its certificate {1} is not issued by the authority of the cluster, or not valid now",
                        peer, certificate?.Subject ?? "(none)");
                return isOurs;
            });
        return (setup, new NodeCheck(own, authority));
    }

    /// <summary>Whether a certificate leads to one of these, and all between them are valid now.</summary>
    public static bool IsIssuedBy(X509Certificate2Collection authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority);
        // An authority of one cluster publishes no lists; it is replaced.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate);
    }

    private static T Read<T>(string key, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingsException($"{Root}.{key}", $"\"{file}\"", $"a PEM file that can be read ({cause.Message})", cause);
        }
    }
}
