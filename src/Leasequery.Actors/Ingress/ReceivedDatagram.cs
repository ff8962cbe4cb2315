using Leasequery.Wire;

namespace Leasequery.Actors.Ingress;

/// <summary>A datagram as it was taken off a socket. Its bytes stay until the next batch is taken.</summary>
/// <param name="bytes">Its bytes.</param>
/// <param name="source">Where it came from.</param>
/// <param name="asked">Which endpoint of ours it came to (N39: the reply leaves from there).</param>
/// <param name="isTooLong">True when it is longer than any DHCP message here.</param>
internal readonly ref struct ReceivedDatagram(ReadOnlySpan<byte> bytes, Ipv4Endpoint source, Ipv4Endpoint asked, bool isTooLong)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public Ipv4Endpoint Source { get; } = source;

    public Ipv4Endpoint Asked { get; } = asked;

    public bool IsTooLong { get; } = isTooLong;
}
