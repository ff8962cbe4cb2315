using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Leasequery.Actors.Tests.Membership;

/// <summary>Issues certificates of nodes.</summary>
internal sealed class Authority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>One that vouches for itself, or that another vouches for.</summary>
    public Authority(string name, Authority? above = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(9));
        if (above is null)
        {
            Root = request.CreateSelfSigned(from, to);
            return;
        }

        using var issued = request.Create(above.Root, from.AddDays(1), to.AddDays(-1), [2]);
        Root = issued.CopyWithPrivateKey(_key);
    }

    /// <summary>Its own certificate, with its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>A certificate with its key, valid from and to so many days from now.</summary>
    public X509Certificate2 Issue(int from = -1, int to = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        using var issued = request.Create(Root, DateTimeOffset.UtcNow.AddDays(from), DateTimeOffset.UtcNow.AddDays(to), [1]);
        return issued.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        Root.Dispose();
        _key.Dispose();
    }
}
