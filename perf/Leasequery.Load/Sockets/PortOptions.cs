using Leasequery.Wire;

namespace Leasequery.Load.Sockets;

/// <summary>How a socket sends and takes.</summary>
/// <param name="Local">Our end; port 0 for any.</param>
/// <param name="Server">The server.</param>
/// <param name="Segments">Equal datagrams in one send that the kernel takes apart (UDP_SEGMENT): 1 for none, 64 at most.</param>
/// <param name="Joins">Takes what the kernel has joined in one piece (UDP_GRO).</param>
internal sealed record PortOptions(Ipv4Endpoint Local, Ipv4Endpoint Server, int Segments = 1, bool Joins = false)
{
    /// <summary>The most segments that every kernel with UDP_SEGMENT takes.</summary>
    public const int MostSegments = 64;
}
