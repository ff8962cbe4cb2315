using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests;

public class DhcpPacketTests
{
    private const int FixedFields = 240;

    [Fact]
    public void Reads_each_fixed_field_of_rfc_2131_figure_1_in_its_place()
    {
        var message = RawMessage.Hex("""
            02 01 06 03  11223344  5566 8000
            0a000001  0a000002  0a000003  0a000004
            000a2800fa42 00000000000000000000
            """.ReplaceLineEndings(""));
        var packet = RawMessage.Parse([.. message, .. new byte[64 + 128], .. RawMessage.Hex("63825363 350105 ff")]);

        Assert.Equal(DhcpOpCode.BootReply, packet.OpCode);
        Assert.Equal(3, packet.Hops);
        Assert.Equal(0x11223344u, packet.TransactionId);
        Assert.Equal(0x5566, packet.Seconds);
        Assert.Equal(0x8000, packet.Flags);
        Assert.Equal("10.0.0.1", packet.ClientAddress.ToString());
        Assert.Equal("10.0.0.2", packet.YourAddress.ToString());
        Assert.Equal("10.0.0.3", packet.ServerAddress.ToString());
        Assert.Equal("10.0.0.4", packet.RelayAddress.ToString());
        Assert.Equal("00:0a:28:00:fa:42", packet.HardwareAddress.ToString());
        Assert.Equal(DhcpMessageType.Ack, packet.MessageType);
        Assert.Equal(244, packet.Bytes.Length);
    }

    [Theory]
    [InlineData("", DhcpParseError.NoMessageType)]
    [InlineData("ff", DhcpParseError.NoMessageType)]
    [InlineData("00 00 00", DhcpParseError.NoMessageType)]
    [InlineData("33 04 00000e10 ff", DhcpParseError.NoMessageType)]
    [InlineData("ff 35 01 05", DhcpParseError.NoMessageType)] // behind the end
    [InlineData("35 00 ff", DhcpParseError.NoMessageType)]
    [InlineData("35 02 0505 ff", DhcpParseError.NoMessageType)]
    [InlineData("35 01 00 ff", DhcpParseError.NoMessageType)]
    [InlineData("35", DhcpParseError.OptionOverrun)]
    [InlineData("35 01", DhcpParseError.OptionOverrun)]
    [InlineData("35 01 05 33 04 000000", DhcpParseError.OptionOverrun)]
    [InlineData("35 01 05 0c ff 61", DhcpParseError.OptionOverrun)]
    [InlineData("35 01 05 34 00 ff", DhcpParseError.BadOverload)]
    [InlineData("35 01 05 34 01 00 ff", DhcpParseError.BadOverload)]
    [InlineData("35 01 05 34 01 04 ff", DhcpParseError.BadOverload)]
    [InlineData("35 01 05 34 02 0101 ff", DhcpParseError.BadOverload)]
    public void Refuses_options_with_a_reason(string options, DhcpParseError reason)
    {
        Assert.False(DhcpPacket.TryParse(RawMessage.With(options), out _, out var error));
        Assert.Equal(reason, error);
    }

    [Theory]
    [InlineData(0, 0, DhcpParseError.BadOpCode)]
    [InlineData(0, 3, DhcpParseError.BadOpCode)]
    [InlineData(2, 17, DhcpParseError.HardwareAddressTooLong)]
    [InlineData(2, 255, DhcpParseError.HardwareAddressTooLong)]
    [InlineData(236, 0, DhcpParseError.NoMagicCookie)]
    [InlineData(239, 0x62, DhcpParseError.NoMagicCookie)]
    [InlineData(2, 16, DhcpParseError.None)]
    [InlineData(2, 0, DhcpParseError.None)]
    public void Refuses_fixed_fields_with_a_reason(int offset, byte value, DhcpParseError reason)
    {
        var message = RawMessage.With("35 01 05 ff");
        message[offset] = value;
        Assert.Equal(reason == DhcpParseError.None, DhcpPacket.TryParse(message, out _, out var error));
        Assert.Equal(reason, error);
    }

    [Theory]
    [InlineData("35 01 05 ff", "53:05")]
    [InlineData("35 01 05", "53:05")] // no end option
    [InlineData("35 01 05 00", "53:05")]
    [InlineData("00 00 35 01 05 00 33 04 00000e10 00 ff 00 00", "53:05 51:00000e10")] // pad anywhere
    [InlineData("33 04 00000e10 35 01 05 ff", "51:00000e10 53:05")] // the type need not come first
    [InlineData("35 01 05 50 00 ff", "53:05 80:")] // an empty option (RFC 4039)
    [InlineData("35 01 05 ff 33 04 00", "53:05")] // whatever is behind the end
    [InlineData("35 01 05 35 01 06 ff", "53:05 53:06")] // the first type counts
    public void Walks_options_in_wire_order(string options, string expected)
    {
        var packet = RawMessage.Parse(RawMessage.With(options));
        Assert.Equal(DhcpMessageType.Ack, packet.MessageType);
        Assert.Equal(expected, RawMessage.Options(packet));
    }

    [Theory] // assigned or not: the drafts left their numbers to the operator
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(13)]
    [InlineData(18)]
    [InlineData(19)]
    [InlineData(254)]
    public void Takes_any_message_type_but_0(byte type) =>
        Assert.True(DhcpPacket.TryParse(RawMessage.With($"3501{type:x2}ff"), out _, out _));

    [Theory] // an address option, a message type, padding, an end: cut behind each byte
    [InlineData(0, DhcpParseError.NoMessageType)]
    [InlineData(1, DhcpParseError.OptionOverrun)]
    [InlineData(2, DhcpParseError.OptionOverrun)]
    [InlineData(5, DhcpParseError.OptionOverrun)]
    [InlineData(6, DhcpParseError.NoMessageType)]
    [InlineData(7, DhcpParseError.OptionOverrun)]
    [InlineData(8, DhcpParseError.OptionOverrun)]
    [InlineData(9, DhcpParseError.None)]
    [InlineData(10, DhcpParseError.None)]
    [InlineData(11, DhcpParseError.None)]
    public void Cut_in_its_options_gives_a_packet_or_the_reason(int length, DhcpParseError reason)
    {
        var cut = RawMessage.With("36 04 0a000001  35 01 05  00 ff").AsSpan(0, FixedFields + length);
        Assert.Equal(reason == DhcpParseError.None, DhcpPacket.TryParse(cut, out _, out var error));
        Assert.Equal(reason, error);
    }

    [Fact]
    public void Cut_in_its_fixed_fields_it_is_too_short_at_every_length()
    {
        var message = RawMessage.With("35 01 05 ff");
        for (var length = 0; length < FixedFields; length++)
        {
            Assert.False(DhcpPacket.TryParse(message.AsSpan(0, length), out _, out var error));
            Assert.Equal(DhcpParseError.TooShort, error);
        }
    }

    [Fact]
    public void Bytes_behind_the_end_option_change_nothing_at_any_length()
    {
        var message = RawMessage.With("35 01 05 33 04 00000e10 ff");
        for (var trailing = 0; trailing < 300; trailing++)
        {
            byte[] longer = [.. message, .. Enumerable.Repeat((byte)0x35, trailing)];
            Assert.Equal("53:05 51:00000e10", RawMessage.Options(RawMessage.Parse(longer)));
        }
    }

    [Fact]
    public void An_option_is_found_in_its_first_instance()
    {
        var packet = RawMessage.Parse(RawMessage.With("35 01 05 0c 01 61 0c 01 62 ff"));
        Assert.True(packet.TryGetOption(DhcpOption.HostName, out var value));
        Assert.Equal("a"u8.ToArray(), value.ToArray());
        Assert.False(packet.TryGetOption(DhcpOption.LeaseTime, out var none));
        Assert.True(none.IsEmpty);
    }

    [Theory]
    [InlineData("33 04 ffffffff", true, 0xffffffffu)]
    [InlineData("33 04 00000e10", true, 3600u)]
    [InlineData("33 03 000e10", false, 0u)]
    [InlineData("33 05 0000000e10", false, 0u)]
    [InlineData("33 00", false, 0u)]
    [InlineData("", false, 0u)]
    public void A_number_or_an_address_has_four_bytes_or_is_not_there(string option, bool found, uint number)
    {
        var packet = RawMessage.Parse(RawMessage.With("35 01 05" + option + "ff"));
        Assert.Equal(found, packet.TryGetUInt32(DhcpOption.LeaseTime, out var value));
        Assert.Equal(number, value);
        Assert.Equal(found, packet.TryGetAddress(DhcpOption.LeaseTime, out var address));
        Assert.Equal(number, address.Value);
    }

    [Theory] // RFC 3396 section 5
    [InlineData("", null)]
    [InlineData("52 00", "")]
    [InlineData("52 02 aabb", "aabb")]
    [InlineData("52 02 aabb 52 01 cc", "aabbcc")]
    [InlineData("52 01 aa 0c 01 61 52 01 bb 00 52 01 cc", "aabbcc")] // others in between
    [InlineData("52 00 52 01 cc 52 00", "cc")]
    public void Instances_of_an_option_are_joined(string options, string? joined)
    {
        var packet = RawMessage.Parse(RawMessage.With("35 01 05" + options + "ff"));
        Span<byte> scratch = stackalloc byte[16];
        Assert.Equal(joined is not null, packet.TryReadOption(DhcpOption.RelayAgentInformation, scratch, out var value));
        Assert.Equal(joined ?? "", Convert.ToHexStringLower(value));
    }

    [Theory]
    [InlineData("52 03 aabbcc", 0, true)] // one instance needs no scratch space
    [InlineData("52 02 aabb 52 01 cc", 3, true)]
    [InlineData("52 02 aabb 52 01 cc", 2, false)]
    [InlineData("52 02 aabb 52 01 cc", 1, false)]
    [InlineData("52 01 aa 52 01 bb 52 01 cc", 2, false)]
    public void A_joined_value_longer_than_the_scratch_space_is_refused_whole(string options, int room, bool fits)
    {
        var packet = RawMessage.Parse(RawMessage.With("35 01 05" + options + "ff"));
        Assert.Equal(fits, packet.TryReadOption(DhcpOption.RelayAgentInformation, new byte[room], out var value));
        Assert.Equal(fits ? "aabbcc" : "", Convert.ToHexStringLower(value));
    }
}
