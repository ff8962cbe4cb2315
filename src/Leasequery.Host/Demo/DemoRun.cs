using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Leasequery.Actors.Settings;
using Leasequery.Host.Asking;
using Leasequery.Host.Serving;
using Leasequery.Host.Wording;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Spectre.Console;

namespace Leasequery.Host.Demo;

/// <summary>
/// Shows the service to a newcomer: the real service on the loopback with its real store, DHCP messages of a real network sent to
/// it over UDP, and a requestor that asks over UDP; then the same after a restart.
/// </summary>
/// <param name="port">The UDP port to serve on.</param>
/// <param name="directory">Where the store is.</param>
/// <param name="output">Gets what is shown.</param>
internal sealed class DemoRun(ushort port, string directory, IAnsiConsole output)
{
    private readonly IPEndPoint _server = new(IPAddress.Loopback, port);

    /// <summary>How long what was sent may take to be stored.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Runs the demonstration.</summary>
    /// <param name="isToStay">True to go on serving until told to end.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SettingsException">The port or the directory cannot be used.</exception>
    /// <exception cref="CommandFailedException">What was sent is not stored.</exception>
    public async Task RunAsync(bool isToStay, CancellationToken cancellation)
    {
        var messages = ExampleTraffic.Read();
        var outcomes = OutcomesOf(messages);
        IReadOnlyList<Ipv4Address> addresses = [.. outcomes.Keys];
        Say($"1. The service starts on udp/{_server} and keeps what it learns in {directory}");
        await WhileServingAsync(async () =>
        {
            Say($"2. {messages.Count} DHCP messages of a small access network are sent to it, as relay agents copy them");
            await SendAsync(messages, cancellation);
            await UntilStoredAsync(outcomes, cancellation);
            Say($"3. An access concentrator asks where the {addresses.Count} addresses are (RFC 4388)");
            output.Write(await AskAllAsync(addresses, cancellation));
        }, cancellation);
        Say("4. The service ended. It starts again from its store, and is asked once more (draft 0, as an older CMTS does)");
        await WhileServingAsync(async () =>
        {
            await AskAndPrintAsync(addresses[0], LeasequeryDialect.Draft0, cancellation);
            if (!isToStay)
                return;
            Say("5. It goes on until Ctrl-C. From another terminal, ask yourself:");
            output.WriteLine($"   leasequery ask {addresses[^1]} --server {_server}");
            output.WriteLine($"   leasequery replay YOUR.pcap --server {_server}   (for addresses in {ExampleTraffic.Network})");
            await Task.Delay(Timeout.Infinite, cancellation);
        }, cancellation);
    }

    // The addresses that were bound, and whether their device still has them at the end.
    private static SortedDictionary<Ipv4Address, bool> OutcomesOf(IEnumerable<byte[]> messages)
    {
        var isLeased = new SortedDictionary<Ipv4Address, bool>();
        foreach (var message in messages)
        {
            if (!DhcpPacket.TryParse(message, out var packet, out _))
                continue;
            if (packet.MessageType == DhcpMessageType.Ack)
                isLeased[packet.YourAddress] = true;
            else if (packet.MessageType == DhcpMessageType.Release)
                isLeased[packet.ClientAddress] = false;
        }

        return isLeased;
    }

    private async Task WhileServingAsync(Func<Task> act, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var service = ServiceRunner.RunAsync(Settings(), TextWriter.Null, _ => ready.TrySetResult(), end.Token);
        try
        {
            await await Task.WhenAny(service, ready.Task);
            if (ready.Task.IsCompleted)
                await act();
        }
        finally
        {
            await end.CancelAsync();
            await service;
        }
    }

    // The relays of the example sit in 10.0.0.0/8; whoever sends and asks sits on this machine.
    private LeasequerySettings Settings() => LeasequerySettings.From(ConfigurationFactory.ParseString($$"""
        leasequery {
          networks = ["{{ExampleTraffic.Network}}"]
          requestors = [{ prefix = "127.0.0.0/8" }]
          gleaning.relays = ["127.0.0.0/8", "10.0.0.0/8"]
          ingress.listen = ["{{_server}}"]
          store.directory = {{HoconText.Quote(directory)}}
          monitoring.listen = "off"
        }
        """));

    // One at a time: order matters in the example, a release follows its lease.
    private async Task SendAsync(IEnumerable<byte[]> messages, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        foreach (var message in messages)
            await socket.SendToAsync(message, _server, cancellation);
    }

    // Gleaning takes a moment: each event is on the disk before it is told.
    private async Task UntilStoredAsync(IReadOnlyDictionary<Ipv4Address, bool> outcomes, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var asked = default(Ipv4Address);
        try
        {
            foreach (var (address, isLeased) in outcomes)
            {
                asked = address;
                while (!IsStored(await AskAsync(address, LeasequeryDialect.Draft0, limit.Token), isLeased))
                    await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandFailedException(ExitCodes.Unavailable,
                $"{asked} was not stored in {directory} within {Patience.TotalSeconds} s: "
                + "the log says what is wrong; if nothing is, the machine is too busy");
        }
    }

    // Draft 0 names the device after the end of its lease, too.
    private static bool IsStored(AnswerView answer, bool isLeased) =>
        answer.Device is not null && answer.RemainingSeconds is not null == isLeased;

    private async Task<Table> AskAllAsync(IReadOnlyList<Ipv4Address> addresses, CancellationToken cancellation)
    {
        var table = new Table()
            .Border(TableBorder.Simple)
            .AddColumns("address", "answer", "device", "remaining", "circuit-id (option 82)");
        foreach (var address in addresses)
        {
            var answer = await AskAsync(address, LeasequeryDialect.Rfc4388, cancellation);
            table.AddRow(
                address.ToString(),
                answer.Message ?? "no answer",
                answer.Device?.Address ?? "-",
                answer.RemainingSeconds is { } seconds ? TimeSpan.FromSeconds(seconds).ToString() : "-",
                answer.RelayAgentInformation?.SubOptions
                    .FirstOrDefault(option => option.Code == (int)RelaySubOption.CircuitId)?.Value ?? "-");
        }

        return table;
    }

    private async Task AskAndPrintAsync(Ipv4Address address, LeasequeryDialect dialect, CancellationToken cancellation) =>
        new AnswerPrinter(output).Print(await AskAsync(address, dialect, cancellation));

    private async Task<AnswerView> AskAsync(Ipv4Address address, LeasequeryDialect dialect, CancellationToken cancellation)
    {
        var question = new LeasequeryQuestion { Address = address, Server = _server, Dialect = dialect };
        using var socket = ReplySocket.Open(question);
        return AnswerReader.Read(question, socket, await LeasequeryClient.AskAsync(question, socket, cancellation));
    }

    private void Say(string line) => output.MarkupLineInterpolated($"\n[bold]{line}[/]");
}
