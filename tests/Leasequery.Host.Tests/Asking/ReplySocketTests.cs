using System.Net;
using System.Net.Sockets;
using Leasequery.Host.Asking;
using Leasequery.Host.Wording;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Asking;

/// <summary>Each test has a loopback address of its own, so that none meets another's ports.</summary>
public class ReplySocketTests
{
    private static readonly IPEndPoint Server = new(IPAddress.Loopback, 1067);

    [Fact]
    public void Giaddr_is_the_local_address_that_reaches_the_server()
    {
        using var socket = ReplySocket.Open(Question(null, relayPort: 0));

        Assert.Equal(Ipv4Address.Loopback, socket.RelayAddress);
    }

    [Fact]
    public void Takes_the_port_that_servers_answer_to()
    {
        var port = FreePort("127.0.0.21");

        using var socket = ReplySocket.Open(Question("127.0.0.21", port));

        Assert.Equal(port, socket.LocalPort);
        Assert.False(socket.WantsSourcePort);
        Assert.Null(socket.Remark);
    }

    [Fact]
    public void Where_that_port_is_taken_it_asks_for_an_answer_to_another()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.22"), 0));
        var port = (ushort)((IPEndPoint)other.LocalEndPoint!).Port;

        using var socket = ReplySocket.Open(Question("127.0.0.22", port));

        Assert.NotEqual(port, socket.LocalPort);
        Assert.True(socket.WantsSourcePort);
        Assert.Equal($"port {port} is not to be had (address already in use): asking for an answer to port {socket.LocalPort}, "
            + "which servers without RFC 8357 ignore", socket.Remark);
    }

    [Fact]
    public void A_giaddr_elsewhere_is_used_and_remarked()
    {
        using var socket = ReplySocket.Open(Question("192.0.2.1", Ipv4Endpoint.ServerPort));

        Assert.Equal(Ipv4Address.Parse("192.0.2.1"), socket.RelayAddress);
        Assert.True(socket.WantsSourcePort);
        Assert.Equal("giaddr 192.0.2.1 is not an address of this machine: servers answer there, perhaps not here", socket.Remark);
    }

    [Fact]
    public void A_port_that_is_asked_for_is_used_and_told_to_the_server()
    {
        var port = FreePort("127.0.0.23");

        using var socket = ReplySocket.Open(Question("127.0.0.23", Ipv4Endpoint.ServerPort) with { LocalPort = port });

        Assert.Equal(port, socket.LocalPort);
        Assert.True(socket.WantsSourcePort);
    }

    [Fact]
    public void A_port_that_is_asked_for_and_taken_is_an_error()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.24"), 0));
        var port = (ushort)((IPEndPoint)other.LocalEndPoint!).Port;

        var failure = Assert.Throws<CommandFailedException>(
            () => ReplySocket.Open(Question("127.0.0.24", Ipv4Endpoint.ServerPort) with { LocalPort = port }));

        Assert.Equal(ExitCodes.Unavailable, failure.ExitCode);
        Assert.Equal(
            $"cannot use local port {port} (address already in use): leave --port out to have one chosen", failure.Message);
    }

    private static LeasequeryQuestion Question(string? relayAddress, ushort relayPort) => new()
    {
        Address = Replies.Asked,
        Server = Server,
        RelayAddress = relayAddress is null ? null : Ipv4Address.Parse(relayAddress),
        RelayPort = relayPort,
    };

    private static ushort FreePort(string address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return (ushort)((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
