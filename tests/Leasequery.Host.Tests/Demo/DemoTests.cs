using System.Net;
using System.Net.Sockets;
using Leasequery.Host.Demo;
using Leasequery.Host.Tests.Commands;
using Leasequery.Host.Wording;
using Leasequery.Tests;
using SharpPcap.LibPcap;
using Spectre.Console;

namespace Leasequery.Host.Tests.Demo;

[Collection(nameof(Alone))] // it takes its port a second time, which the children of other tests may hold until they run
public class DemoTests
{
    private const int HeadersInFront = 14 + 20 + 8; // Ethernet, IPv4 without options, UDP: the capture has nothing else

    [Fact]
    public void The_example_is_the_capture_of_the_real_network()
    {
        var captured = new List<byte[]>();
        var file = Path.Combine(AppContext.BaseDirectory, "Captures", "access-network.pcap");
        using var capture = new CaptureFileReaderDevice(file);
        capture.Open(new SharpPcap.DeviceConfiguration());
        while (capture.GetNextPacket(out var packet) == SharpPcap.GetPacketStatus.PacketRead)
            captured.Add(packet.Data[HeadersInFront..].ToArray());

        Assert.Equal(captured, ExampleTraffic.Read());
    }

    [Fact]
    public async Task Shows_every_subscriber_and_the_same_after_a_restart()
    {
        var run = await CommandRun.Of($"demo --once --port {LastingPort.Find(SocketType.Dgram)}");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (var (address, line) in new[] { ("10.20.1.100", "line1"), ("10.20.2.101", "line2"), ("10.20.4.101", "line4") })
            Assert.Matches($@"{address} +DHCPLEASEACTIVE +02:20:00:00:0\d:0\d +\S+ +{line}", run.Output);
        Assert.Matches(@"10\.20\.4\.100 +DHCPLEASEUNASSIGNED", run.Output); // that one released its lease
        var restart = run.Output.IndexOf("It starts again", StringComparison.Ordinal);
        Assert.Contains("10.20.1.100 leased (DHCPACK)", run.Output[restart..]);
    }

    [Fact]
    public async Task A_directory_may_have_any_name()
    {
        var above = Directory.CreateTempSubdirectory("leasequery-demo-");
        try
        {
            var directory = Path.Combine(above.FullName, "a \"store\" of ours; \\ it is");
            var demo = new DemoRun((ushort)LastingPort.Find(SocketType.Dgram), directory, Silent())
            {
                Patience = Deadlines.Service,
            };
            await demo.RunAsync(isToStay: false, CancellationToken.None).WaitAsync(Deadlines.Service);
            Assert.True(File.Exists(Path.Combine(directory, "leasequery.db")));
        }
        finally
        {
            above.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_is_not_stored_in_time_is_said_and_is_no_interruption()
    {
        var directory = Directory.CreateTempSubdirectory("leasequery-demo-");
        try
        {
            var demo = new DemoRun((ushort)LastingPort.Find(SocketType.Dgram), directory.FullName, Silent())
            {
                Patience = TimeSpan.Zero,
            };
            var failure = await Assert.ThrowsAsync<CommandFailedException>(() =>
                demo.RunAsync(isToStay: false, CancellationToken.None).WaitAsync(Deadlines.Service));
            Assert.Equal(ExitCodes.Unavailable, failure.ExitCode);
            Assert.StartsWith($"10.20.1.100 was not stored in {directory.FullName} within 0 s", failure.Message);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_one_line()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        var run = await CommandRun.Of($"demo --once --port {port}");

        Assert.Equal(69, run.ExitCode);
        Assert.EndsWith($"leasequery demo: leasequery.ingress.listen = 127.0.0.1:{port}: "
            + "an endpoint that nobody else has; this one is in use\n", run.Error);
    }

    private static IAnsiConsole Silent() =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
}
