using Leasequery.Wire;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// The conversation with the ingress actor, besides the answers of <see cref="Addresses.AddressProtocol"/>:
/// <code>
/// Stop --> Akka.Done     when what it took in is answered and stored, or half of the shutdown time-out is over
/// </code>
/// </summary>
internal static class IngressProtocol
{
    /// <summary>Sends a datagram: the only way out, so that it leaves from the port that servers answer to.</summary>
    /// <param name="Destination">Where it goes.</param>
    /// <param name="Datagram">Its bytes.</param>
    public sealed record Send(Ipv4Endpoint Destination, OctetString Datagram);

    /// <summary>Take no more datagrams.</summary>
    public sealed class Stop
    {
        public static readonly Stop Instance = new();
    }
}
