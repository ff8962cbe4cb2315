using Leasequery.Host.Replaying;
using PacketDotNet;

namespace Leasequery.Host.Tests.Replaying;

public class FrameDissectorTests
{
    private static readonly byte[] Message = Frames.Discover(1);

    [Fact]
    public void Takes_out_the_payload_of_udp() => AssertMessage(Frames.Ethernet(Message));

    [Theory]
    [InlineData(new ushort[] { 0x8100 })]
    [InlineData(new ushort[] { 0x88a8, 0x8100 })]
    [InlineData(new ushort[] { 0x8100, 0x8100 })]
    public void Looks_behind_vlan_tags(ushort[] tags) => AssertMessage(Frames.Ethernet(Message, tags: tags));

    [Fact]
    public void Leaves_out_what_ethernet_pads() => AssertMessage([.. Frames.Ethernet(Message), 0, 0, 0, 0]);

    [Theory]
    [InlineData(67)]
    [InlineData(68)]
    public void Takes_the_ports_of_dhcp(ushort port) => AssertMessage(Frames.Ethernet(Message, port));

    [Fact]
    public void Skips_other_ports() => AssertSkipped(SkipReason.OtherPorts, Frames.Ethernet(Message, port: 53));

    [Fact]
    public void Skips_tcp() => AssertSkipped(SkipReason.NotUdp, Frames.Ethernet(Message, protocol: 6));

    [Theory]
    [InlineData(0x2000)] // the first: more follow
    [InlineData(0x2010)]
    [InlineData(0x0010)] // the last
    public void Skips_fragments(ushort fragment) =>
        AssertSkipped(SkipReason.Fragment, Frames.Ethernet(Message, fragment: fragment));

    [Fact]
    public void Skips_a_length_that_the_ip_header_contradicts()
    {
        var frame = Frames.Ethernet(Message);
        frame[Frames.EthernetHeader + Frames.IpHeader + 5] += 4; // UDP length

        AssertSkipped(SkipReason.Malformed, frame);
    }

    [Fact]
    public void Skips_a_link_type_that_it_does_not_know() =>
        AssertSkipped(SkipReason.LinkTypeNotSupported, Frames.Ethernet(Message), LinkLayers.Docsis);

    [Fact]
    public void A_frame_cut_short_anywhere_is_skipped()
    {
        var frame = Frames.Ethernet(Message);
        for (var length = 0; length < frame.Length; length++)
        {
            var reason = Dissect(frame[..length], LinkLayers.Ethernet, out _);

            Assert.True(reason != SkipReason.None, $"taken with {length} of {frame.Length} bytes");
            if (length >= Frames.EthernetHeader + Frames.IpHeader + Frames.UdpHeader)
                Assert.Equal(SkipReason.Truncated, reason);
        }
    }

    [Fact]
    public void Any_bytes_give_a_payload_or_a_reason()
    {
        var random = new Random(4388);
        var frame = Frames.Ethernet(Message, tags: 0x8100);
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = frame[..random.Next(frame.Length + 1)];
            for (var hit = random.Next(4); hit >= 0 && damaged.Length > 0; hit--)
                damaged[random.Next(Math.Min(damaged.Length, 50))] = (byte)random.Next(256);

            Dissect(damaged, (LinkLayers)(round % 3 == 0 ? random.Next(300) : 1), out _);
        }
    }

    private static void AssertMessage(byte[] frame)
    {
        Assert.Equal(SkipReason.None, Dissect(frame, LinkLayers.Ethernet, out var payload));
        Assert.Equal(Message, payload);
    }

    private static void AssertSkipped(SkipReason reason, byte[] frame, LinkLayers linkType = LinkLayers.Ethernet) =>
        Assert.Equal(reason, Dissect(frame, linkType, out _));

    private static SkipReason Dissect(byte[] frame, LinkLayers linkType, out byte[] payload) =>
        FrameDissector.TryDissect(new CapturedPacket(1, default, linkType, frame), out payload);
}
