using System.Security.Cryptography.X509Certificates;

namespace Leasequery.Actors.Membership;

/// <summary>
/// Whom a node takes for one of its own: whoever shows a certificate that leads to the authority of the cluster.
/// </summary>
/// <param name="authority">Who may vouch for a node.</param>
/// <param name="between">
/// Certificates that may stand between a node's and the authority. Remoting sends only the node's own along, so each node brings
/// the others from its own file.
/// </param>
internal sealed class ClusterTrust(X509Certificate2Collection authority, X509Certificate2Collection between)
{
    /// <summary>Whether a certificate leads to the authority, and all on the way are valid now.</summary>
    /// <param name="certificate">What the other side shows.</param>
    /// <param name="sent">What came with it; null for nothing.</param>
    public bool Includes(X509Certificate2 certificate, X509Chain? sent = null)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority);
        chain.ChainPolicy.ExtraStore.AddRange(between);
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        // An authority of one cluster publishes no lists; it is replaced.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate);
    }
}
