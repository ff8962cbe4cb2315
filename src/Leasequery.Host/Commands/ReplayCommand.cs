using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Leasequery.Host.Replaying;
using Leasequery.Host.Wording;
using Leasequery.Wire;
using Spectre.Console;

namespace Leasequery.Host.Commands;

/// <summary><c>leasequery replay</c>: feeds a service with the DHCP messages of a capture.</summary>
internal sealed class ReplayCommand : UserCommand
{
    /// <summary>The capture broke in the middle; what came before was sent.</summary>
    public const int BrokeInTheMiddle = 1;

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "A capture in pcap or pcapng format.",
    };

    private readonly Option<ServerName> _server = new("--server", "-s")
    {
        HelpName = "HOST[:PORT]",
        Description = "Who the messages are sent to. The port is 67 unless given.",
        CustomParser = Input.Server,
        Required = true,
    };

    private readonly Option<double?> _speed = new("--speed")
    {
        HelpName = "X|max",
        Description = "How many times faster than captured (1 unless given); max: as fast as a receiver on loopback can follow.",
        CustomParser = typed =>
        {
            var text = typed.Tokens[0].Value;
            if (text == "max")
                return double.PositiveInfinity;
            if (!Input.TryReadDecimal(text, out var speed) || speed <= 0)
                typed.AddError($"'{text}' is neither a number above 0 nor max");
            return speed;
        },
    };

    private readonly Option<Ipv4Address?> _source = new("--source")
    {
        HelpName = "ADDRESS",
        Description = "The local address to send from. Unless given: the one that reaches the server.",
        CustomParser = typed => Input.Address(typed),
    };

    /// <summary>Puts the command together.</summary>
    public ReplayCommand()
        : base("replay", "Send the DHCP messages of a capture to a service, as relays would copy them to it.")
    {
        Add(_file);
        foreach (var option in (Option[])[_server, _speed, _source])
            Add(option);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override string Example => "leasequery replay dhcp.pcap --server 127.0.0.1";

    /// <inheritdoc/>
    public override string Details => $"""
        Each message's UDP payload is sent unchanged, as one datagram. What is no DHCP message is skipped and counted.

        Examples:
          leasequery replay dhcp.pcap --server 127.0.0.1
          leasequery replay dhcp.pcapng --server 127.0.0.1:1067 --speed 10
          leasequery replay dhcp.pcap --server 127.0.0.1 --speed max --source 127.0.0.2

        Exit codes:
          {ExitCodes.Ok}    everything was sent
          {BrokeInTheMiddle}    the capture broke in the middle; what came before was sent
          {ExitCodes.Usage}   the command line cannot be understood
          {ExitCodes.BadData}   the capture cannot be read at all
          {ExitCodes.Unavailable}   cannot send, nobody listens there, or libpcap is missing
          {ExitCodes.Interrupted}  interrupted; what came before was sent
        """;

    private async Task<int> RunAsync(ParseResult typed, CancellationToken cancellation)
    {
        var server = await typed.GetRequiredValue(_server).ResolveAsync(cancellation);
        var terminal = Terminal.Of(typed.InvocationConfiguration);
        using var capture = CaptureReader.Open(typed.GetRequiredValue(_file));
        using var socket = Connect(server, typed.GetValue(_source));
        var speed = typed.GetValue(_speed) ?? 1;
        var replayer = new Replayer(socket, double.IsInfinity(speed) ? null : speed);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await ReplayAsync(replayer, capture, terminal, server, cancellation);
        }
        finally
        {
            new SummaryPrinter(terminal.Output).Print(replayer.Summary, server, Stopwatch.GetElapsedTime(started));
        }

        if (replayer.Summary.Refused > 0)
        {
            throw new CommandFailedException(ExitCodes.Unavailable,
                $"nobody listens at {server}: {Words.Count(replayer.Summary.Refused, "message was", "messages were")} refused");
        }

        if (capture.Break is null)
            return ExitCodes.Ok;
        throw new CommandFailedException(BrokeInTheMiddle, $"the capture breaks at {capture.Break}; what came before was sent");
    }

    private static async Task ReplayAsync(Replayer replayer, CaptureReader capture, Terminal terminal, IPEndPoint server,
        CancellationToken cancellation)
    {
        try
        {
            await terminal.Progress.Progress().AutoClear(true).StartAsync(async progress =>
            {
                var bar = progress.AddTask("replay", maxValue: Math.Max(capture.Size, 1));
                await replayer.RunAsync(capture, position => bar.Value = position, cancellation);
            });
        }
        catch (SocketException failure)
        {
            throw CannotSend(server, failure);
        }
    }

    private static Socket Connect(IPEndPoint server, Ipv4Address? source)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (source is { } address)
                socket.Bind(new IPEndPoint(address.ToIpAddress(), 0));
            socket.Connect(server);
            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw CannotSend(server, failure, source is null ? "" : $" from {source}");
        }
    }

    private static CommandFailedException CannotSend(IPEndPoint server, SocketException failure, string from = "") =>
        new(ExitCodes.Unavailable,
            $"cannot send{from} to {server} ({failure.SocketErrorCode.InWords()}): check the addresses and the route", failure);
}
