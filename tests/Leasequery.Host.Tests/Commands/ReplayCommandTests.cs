using System.Net;
using System.Net.Sockets;
using Leasequery.Host.Commands;
using Leasequery.Host.Tests.Replaying;
using Leasequery.Host.Wording;
using Leasequery.Tests;

namespace Leasequery.Host.Tests.Commands;

public class ReplayCommandTests
{
    [Fact]
    public async Task A_capture_from_the_field_is_sent_and_summed_up()
    {
        using var receiver = new Receiver();
        var receiving = receiver.ReceiveAsync(9);

        var run = await CommandRun.Of(
            $"replay Captures/all-message-types-no-option82.pcap --server {receiver.EndPoint} --speed max --source 127.0.0.41");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.All(await receiving, datagram => Assert.True(datagram.Length >= 240));
        Assert.Equal(IPAddress.Parse("127.0.0.41"), receiver.LastSource!.Address);
        Assert.StartsWith($"sent 9 messages to {receiver.EndPoint} in ", run.Output);
        Assert.Contains("\n  Request                                     2\n", run.Output);
        Assert.DoesNotContain("skipped", run.Output);
        Assert.DoesNotContain('\x1b', run.Output + run.Error);
    }

    [Fact]
    public async Task A_capture_that_was_cut_is_sent_up_to_the_cut()
    {
        var frames = Enumerable.Range(1, 3).Select(number => Frames.Ethernet(Frames.Discover((uint)number)));
        using var file = CaptureFile.Of(CaptureFile.Pcap(frames)[..^10]);
        using var receiver = new Receiver();
        var receiving = receiver.ReceiveAsync(2);

        var run = await CommandRun.Of($"replay {file.Path} --server {receiver.EndPoint} --speed max");

        Assert.Equal(ReplayCommand.BrokeInTheMiddle, run.ExitCode);
        Assert.Equal([Frames.Discover(1), Frames.Discover(2)], await receiving);
        Assert.Contains("leasequery replay: the capture breaks at packet 3: ", run.Error);
        Assert.EndsWith("; what came before was sent\n", run.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no capture, but a text that is somewhat longer than its header")]
    public async Task What_is_no_capture_is_refused(string content)
    {
        using var file = CaptureFile.Of(System.Text.Encoding.ASCII.GetBytes(content));

        var run = await CommandRun.Of($"replay {file.Path} --server 127.0.0.1:1067");

        Assert.Equal(ExitCodes.BadData, run.ExitCode);
        Assert.StartsWith($"leasequery replay: cannot read '{file.Path}' as a pcap or pcapng capture: ", run.Error);
        Assert.Equal(1, run.Error.Count(character => character == '\n'));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_refused()
    {
        var run = await CommandRun.Of("replay /nowhere/a.pcap --server 127.0.0.1:1067");

        Assert.Equal(ExitCodes.BadData, run.ExitCode);
        Assert.Equal(
            "leasequery replay: cannot read '/nowhere/a.pcap' as a pcap or pcapng capture: there is no such file\n", run.Error);
    }

    [Fact]
    public async Task A_capture_without_packets_is_no_mistake()
    {
        using var file = CaptureFile.Of(CaptureFile.Pcap([]));
        using var receiver = new Receiver();

        var run = await CommandRun.Of($"replay {file.Path} --server {receiver.EndPoint}");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.StartsWith("sent 0 messages to ", run.Output);
    }

    [Fact]
    public async Task Where_nobody_listens_it_says_so()
    {
        var nobody = new IPEndPoint(IPAddress.Loopback, LastingPort.Find(SocketType.Dgram));

        var run = await CommandRun.Of($"replay Captures/all-message-types-no-option82.pcap --server {nobody} --speed max");

        Assert.Equal(ExitCodes.Unavailable, run.ExitCode);
        Assert.EndsWith($"leasequery replay: nobody listens at {nobody}: 9 messages were refused\n", run.Error);
    }

    [Fact]
    public async Task A_source_that_is_not_local_is_refused()
    {
        var run = await CommandRun.Of(
            "replay Captures/all-message-types-no-option82.pcap --server 127.0.0.1:1067 --source 192.0.2.1");

        Assert.Equal(ExitCodes.Unavailable, run.ExitCode);
        Assert.Equal("leasequery replay: cannot send from 192.0.2.1 to 127.0.0.1:1067 (cannot assign requested address): "
            + "check the addresses and the route\n", run.Error);
    }

    [Fact]
    public async Task Interrupted_it_still_sums_up()
    {
        var frames = Enumerable.Range(1, 2).Select(number => Frames.Ethernet(Frames.Discover((uint)number)));
        using var file = CaptureFile.Of(CaptureFile.Pcap(frames, secondsApart: 3600));
        using var receiver = new Receiver();
        using var cancellation = new CancellationTokenSource();

        var running = CommandRun.Of($"replay {file.Path} --server {receiver.EndPoint}", cancellation.Token);
        await receiver.ReceiveAsync(1);
        await cancellation.CancelAsync();
        var run = await running.WaitAsync(Deadlines.Datagrams);

        Assert.Equal(ExitCodes.Interrupted, run.ExitCode);
        Assert.StartsWith("sent 1 message to ", run.Output);
        Assert.EndsWith("leasequery replay: interrupted\n", run.Error);
    }
}
