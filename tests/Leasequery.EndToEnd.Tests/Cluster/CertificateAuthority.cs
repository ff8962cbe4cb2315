using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>An authority made for a test, and the files of nodes that it vouches for.</summary>
public sealed class CertificateAuthority(string name, TempFolder folder)
{
    readonly X509Certificate2 _root = SelfSigned($"CN={name}");

    /// <summary>Settings with a certificate of this authority, and trust in it or in others.</summary>
    public ServeSettings Equip(ServeSettings settings, int node, params CertificateAuthority[] trusted)
    {
        using var certificate = Issue(node);
        var roots = (trusted.Length > 0 ? trusted : [this]).Select(authority => authority._root.ExportCertificatePem());
        return settings
            .With("leasequery.cluster.tls.certificate", folder.Write($"{name}-{node}.pem", certificate.ExportCertificatePem()))
            .With("leasequery.cluster.tls.key",
                folder.Write($"{name}-{node}.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()))
            .With("leasequery.cluster.tls.authority", folder.Write($"{name}-trusted.pem", string.Join('\n', roots)));
    }

    /// <summary>A node's certificate with its key.</summary>
    public X509Certificate2 Issue(int node)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=node {node}", key, HashAlgorithmName.SHA256);
        using var certificate =
            request.Create(_root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, (byte)node]);
        return certificate.CopyWithPrivateKey(key);
    }

    static X509Certificate2 SelfSigned(string subject)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }
}
