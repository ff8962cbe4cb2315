using System.Net;
using System.Net.Sockets;
using Leasequery.Host.Wording;
using Leasequery.Wire;

namespace Leasequery.Host.Asking;

/// <summary>
/// The socket that asks and hears the answer. Servers answer to giaddr, port 67 (N39), so that is what it binds. Where it
/// cannot, it takes any port and the query says so (RFC 8357), which only newer servers understand; the remark tells.
/// </summary>
internal sealed class ReplySocket : IDisposable
{
    private ReplySocket(Socket socket, Ipv4Address relayAddress, ushort relayPort, string? remark)
    {
        Socket = socket;
        RelayAddress = relayAddress;
        WantsSourcePort = LocalPort != relayPort;
        Remark = remark;
    }

    /// <summary>Bound, not connected: a server with several addresses may answer from another one.</summary>
    public Socket Socket { get; }

    /// <summary>giaddr.</summary>
    public Ipv4Address RelayAddress { get; }

    /// <summary>True when the server has to be told the port.</summary>
    public bool WantsSourcePort { get; }

    /// <summary>What the user should know about the way the answer takes; none when it is the usual one.</summary>
    public string? Remark { get; }

    /// <summary>The port that the answer comes to.</summary>
    public int LocalPort => ((IPEndPoint)Socket.LocalEndPoint!).Port;

    /// <summary>Opens a socket for a question.</summary>
    /// <exception cref="CommandFailedException">No route to the server, or the port asked for is not to be had.</exception>
    public static ReplySocket Open(LeasequeryQuestion question)
    {
        var relayAddress = question.RelayAddress ?? LocalAddressTowards(question.Server);
        var socket = NewSocket();
        try
        {
            var remark = BindSocket(socket, relayAddress, question);
            return new ReplySocket(socket, relayAddress, question.RelayPort, remark);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private static string? BindSocket(Socket socket, Ipv4Address relayAddress, LeasequeryQuestion question)
    {
        var isLocal = IsLocal(relayAddress);
        var address = isLocal ? relayAddress.ToIpAddress() : IPAddress.Any;
        var port = question.LocalPort ?? (isLocal ? question.RelayPort : 0);
        var error = TryBind(socket, address, port);
        if (error == SocketError.Success)
        {
            return isLocal
                ? null
                : $"giaddr {relayAddress} is not an address of this machine: servers answer there, perhaps not here";
        }

        if (question.LocalPort is not null)
        {
            throw new CommandFailedException(ExitCodes.Unavailable,
                $"cannot use local port {port} ({error.InWords()}): leave --port out to have one chosen");
        }

        socket.Bind(new IPEndPoint(address, 0));
        return $"port {port} is not to be had ({error.InWords()}): asking for an answer to port "
            + $"{((IPEndPoint)socket.LocalEndPoint!).Port}, which servers without RFC 8357 ignore";
    }

    /// <summary>The address that packets to the server leave from, as the routing table has it. Nothing is sent.</summary>
    private static Ipv4Address LocalAddressTowards(IPEndPoint server)
    {
        try
        {
            using var probe = NewSocket();
            probe.Connect(server);
            return ((IPEndPoint)probe.LocalEndPoint!).Address.ToIpv4Address();
        }
        catch (SocketException failure)
        {
            throw new CommandFailedException(ExitCodes.Unavailable,
                $"cannot send to {server} ({failure.SocketErrorCode.InWords()}): check the address and the route to it", failure);
        }
    }

    private static bool IsLocal(Ipv4Address address)
    {
        using var probe = NewSocket();
        return TryBind(probe, address.ToIpAddress(), 0) == SocketError.Success;
    }

    private static SocketError TryBind(Socket socket, IPAddress address, int port)
    {
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return SocketError.Success;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode;
        }
    }

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
}
