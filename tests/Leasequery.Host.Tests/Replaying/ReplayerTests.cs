using System.Diagnostics;
using System.Net.Sockets;
using Leasequery.Host.Replaying;

namespace Leasequery.Host.Tests.Replaying;

public class ReplayerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Payloads_arrive_byte_for_byte_and_in_order(bool isPcapNg)
    {
        var messages = Enumerable.Range(1, 20).Select(number => Frames.Discover((uint)number)).ToList();
        var frames = messages.Select(message => Frames.Ethernet(message));

        var content = isPcapNg ? CaptureFile.PcapNg(frames) : CaptureFile.Pcap(frames);

        var (received, summary, _) = await ReplayAsync(content, null, 20);

        Assert.Equal(messages, received);
        Assert.Equal(new Dictionary<string, int> { ["Discover"] = 20 }, summary.Sent);
        Assert.Empty(summary.Skipped);
    }

    [Fact]
    public async Task As_fast_as_possible_loses_nothing_on_loopback()
    {
        var messages = Enumerable.Range(1, 250).Select(number => Frames.Discover((uint)number)).ToList();

        var content = CaptureFile.Pcap(messages.Select(message => Frames.Ethernet(message)));

        var (received, _, _) = await ReplayAsync(content, null, 250);

        Assert.Equal(messages, received);
    }

    [Fact]
    public async Task Keeps_the_timing_of_the_capture_divided_by_the_speed()
    {
        var frames = Enumerable.Range(1, 4).Select(number => Frames.Ethernet(Frames.Discover((uint)number)));

        var (_, _, elapsed) = await ReplayAsync(CaptureFile.Pcap(frames, secondsApart: 10), speed: 100, 4);

        Assert.True(elapsed >= TimeSpan.FromMilliseconds(295), $"30 seconds at a hundred times the speed took {elapsed}");
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_hold_it_up()
    {
        var frames = Enumerable.Range(1, 3).Select(number => Frames.Ethernet(Frames.Discover((uint)number)));

        var (received, _, _) = await ReplayAsync(CaptureFile.Pcap(frames, secondsApart: -3600), speed: 1, 3);

        Assert.Equal(3, received.Count);
    }

    [Fact]
    public async Task What_is_skipped_is_counted_by_its_reason()
    {
        var message = Frames.Discover(1);
        var noCookie = message.ToArray();
        noCookie[236] = 0;
        byte[][] frames =
        [
            Frames.Ethernet(message, tags: 0x8100),
            Frames.Ethernet(message, fragment: 0x2000),
            Frames.Ethernet(message, port: 53),
            Frames.Ethernet(message, protocol: 6),
            Frames.Ethernet(message)[..100],
            Frames.Ethernet(noCookie),
            Frames.Ethernet([1, 2, 3]),
            Frames.Ethernet([1, 2, 3]),
        ];

        var (received, summary, _) = await ReplayAsync(CaptureFile.Pcap(frames), null, 1);

        Assert.Equal([message], received);
        Assert.Equal(new Dictionary<string, int>
        {
            ["IP fragment"] = 1,
            ["cut short by the capture's snaplen"] = 1,
            ["neither port is 67 or 68"] = 1,
            ["not DHCP: NoMagicCookie"] = 1,
            ["not DHCP: TooShort"] = 2,
            ["not UDP over IPv4"] = 1,
        }, summary.Skipped);
    }

    [Fact]
    public async Task A_capture_of_an_unknown_kind_is_skipped_by_the_kinds_name()
    {
        var content = CaptureFile.Pcap([Frames.Ethernet(Frames.Discover(1))], CaptureFile.Docsis);

        var (_, summary, _) = await ReplayAsync(content, null, 0);

        Assert.Equal(new Dictionary<string, int> { ["link type not supported: Docsis"] = 1 }, summary.Skipped);
    }

    private static async Task<(List<byte[]> Received, ReplaySummary Summary, TimeSpan Elapsed)> ReplayAsync(
        byte[] content, double? speed, int count)
    {
        using var file = CaptureFile.Of(content);
        using var receiver = new Receiver();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(receiver.EndPoint);
        using var capture = CaptureReader.Open(file.Path);
        var receiving = receiver.ReceiveAsync(count);
        var replayer = new Replayer(socket, speed);
        var started = Stopwatch.GetTimestamp();
        await replayer.RunAsync(capture, _ => { }, CancellationToken.None).WaitAsync(Deadlines.Datagrams);
        var elapsed = Stopwatch.GetElapsedTime(started);
        Assert.Equal(capture.Size, capture.Position);
        return (await receiving, replayer.Summary, elapsed);
    }
}
