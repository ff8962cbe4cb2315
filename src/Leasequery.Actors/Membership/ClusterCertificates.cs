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
        var authority = Read("authority", settings.Authority, ReadAll);
        Read("key", settings.Key, File.ReadAllText); // so that a key that is missing is called by its name
        var own = Read("certificate", settings.Certificate, file => X509Certificate2.CreateFromPemFile(file, settings.Key));
        var between = Read("certificate", settings.Certificate, ReadAll); // the own one is in it, and does no harm
        var trust = new ClusterTrust(authority, between);
        if (!trust.Includes(own))
            throw new SettingsException($"{Root}.certificate", $"\"{settings.Certificate}\"",
                "a certificate that is valid now, and issued by leasequery.cluster.tls.authority, with what is between the two "
                    + "behind it: no other node would take it")
            {
                MayPass = DateTime.Now < own.NotBefore || DateTime.Now > own.NotAfter, // a clock that is not set yet
            };
        var setup = new DotNettySslSetup(own, suppressValidation: false, requireMutualAuthentication: true,
            customValidator: (certificate, chain, peer, errors, log) =>
            {
                var isOurs = certificate is not null && !errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)
                    && trust.Includes(certificate, chain);
                if (!isOurs)
                    log.Warning("{0} is no node of ours: "
                        + "its certificate {1} is not issued by the authority of the cluster, or not valid now",
                        peer, certificate?.Subject ?? "(none)");
                return isOurs;
            });
        return (setup, new NodeCheck(SslStreamCertificateContext.Create(own, between, offline: true), trust));
    }

    private static X509Certificate2Collection ReadAll(string file)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(file);
        return found.Count > 0 ? found : throw new CryptographicException("no certificate in it");
    }

    private static T Read<T>(string key, string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingsException($"{Root}.{key}", $"\"{file}\"", $"a PEM file that can be read ({cause.Message})", cause)
            {
                MayPass = cause is not CryptographicException, // whoever brings the file may come later
            };
        }
    }
}
