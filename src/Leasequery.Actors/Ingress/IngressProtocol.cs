namespace Leasequery.Actors.Ingress;

/// <summary>
/// The conversation with the ingress actor, besides the answers of <see cref="Addresses.AddressProtocol"/>:
/// <code>
/// Stop --> Akka.Done     when what it took in is answered and stored, or half of the shutdown time-out is over
/// </code>
/// </summary>
internal static class IngressProtocol
{
    /// <summary>Take no more datagrams.</summary>
    public sealed class Stop
    {
        public static readonly Stop Instance = new();
    }
}
