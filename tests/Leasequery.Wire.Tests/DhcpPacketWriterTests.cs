using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests;

public class DhcpPacketWriterTests
{
    private const int FixedFields = 240;

    [Fact]
    public void Puts_each_fixed_field_of_rfc_2131_figure_1_in_its_place_and_zeros_elsewhere()
    {
        var message = Enumerable.Repeat((byte)0xee, 300).ToArray();
        HardwareAddress.TryParse("00:0a:28:00:fa:42", out var device);
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply)
        {
            Hops = 3,
            TransactionId = 0x11223344,
            Seconds = 0x5566,
            Flags = 0x8000,
            ClientAddress = Ipv4Address.Parse("10.0.0.1"),
            YourAddress = Ipv4Address.Parse("10.0.0.2"),
            RelayAddress = Ipv4Address.Parse("10.0.0.4"),
            HardwareAddress = device,
        };
        writer.TryWriteOption(DhcpOption.MessageType, 5);

        Assert.Equal(FixedFields + 4, writer.Finish());
        Assert.Equal(
            "02010603" + "11223344" + "55668000" + "0a000001" + "0a000002" + "00000000" + "0a000004" // op to giaddr
            + "000a2800fa42" + new string('0', 20) // chaddr
            + new string('0', 2 * (64 + 128)) // sname, file
            + "63825363" + "350105" + "ff",
            Convert.ToHexStringLower(message.AsSpan(0, FixedFields + 4)));
        Assert.All(message[(FixedFields + 4)..], untouched => Assert.Equal(0xee, untouched));
    }

    [Fact]
    public void Writes_numbers_and_addresses_in_network_order()
    {
        var message = new byte[300];
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply);
        Assert.True(writer.TryWriteOption(DhcpOption.MessageType, 5));
        Assert.True(writer.TryWriteOption(DhcpOption.LeaseTime, 3600u));
        Assert.True(writer.TryWriteOption(DhcpOption.ServerIdentifier, Ipv4Address.Parse("10.0.0.1")));
        Assert.True(writer.TryWriteOption((DhcpOption)80, []));
        var packet = RawMessage.Parse(message.AsSpan(0, writer.Finish()));
        Assert.Equal("53:05 51:00000e10 54:0a000001 80:", RawMessage.Options(packet));
    }

    [Theory] // RFC 3396 section 6
    [InlineData(0, new[] { 0 })]
    [InlineData(254, new[] { 254 })]
    [InlineData(255, new[] { 255 })]
    [InlineData(256, new[] { 255, 1 })]
    [InlineData(510, new[] { 255, 255 })]
    [InlineData(511, new[] { 255, 255, 1 })]
    public void Splits_what_is_longer_than_one_option(int length, int[] instances)
    {
        var value = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var message = new byte[1472];
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply);
        writer.TryWriteOption(DhcpOption.MessageType, 5);
        Assert.True(writer.TryWriteOption(DhcpOption.RelayAgentInformation, value));

        var packet = RawMessage.Parse(message.AsSpan(0, writer.Finish()));
        var lengths = new List<int>();
        foreach (var option in packet.Options)
            if (option.Code == DhcpOption.RelayAgentInformation)
                lengths.Add(option.Value.Length);
        Assert.Equal(instances, lengths);
        Assert.True(packet.TryReadOption(DhcpOption.RelayAgentInformation, new byte[length], out var joined));
        Assert.Equal(value, joined.ToArray());
    }

    [Theory] // value, its header of two bytes for each 255, and the end option
    [InlineData(4, 6 + 1, true)]
    [InlineData(4, 6, false)]
    [InlineData(0, 2 + 1, true)]
    [InlineData(0, 2, false)]
    [InlineData(255, 257 + 1, true)]
    [InlineData(256, 260 + 1, true)]
    [InlineData(256, 260, false)]
    public void Refuses_whole_what_does_not_fit(int length, int space, bool fits)
    {
        var message = new byte[FixedFields + space];
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply);
        Assert.Equal(space - 1, writer.Room);
        Assert.Equal(fits, writer.TryWriteOption(DhcpOption.HostName, new byte[length]));
        Assert.Equal(fits ? 0 : space - 1, writer.Room);
        Assert.Equal(fits ? message.Length : FixedFields + 1, writer.Finish());
    }

    [Fact]
    public void After_a_refusal_a_shorter_option_still_fits()
    {
        var message = new byte[FixedFields + 8];
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply);
        Assert.False(writer.TryWriteOption(DhcpOption.HostName, new byte[6]));
        Assert.True(writer.TryWriteOption(DhcpOption.MessageType, 5));
        Assert.Equal("53:05", RawMessage.Options(RawMessage.Parse(message.AsSpan(0, writer.Finish()))));
    }

    [Theory]
    [InlineData(0, FixedFields + 4)]
    [InlineData(FixedFields + 4, FixedFields + 4)]
    [InlineData(300, 300)]
    [InlineData(400, 310)] // as far as there is room
    public void Pads_with_zeros_behind_the_end_option(int minimumSize, int size)
    {
        var message = Enumerable.Repeat((byte)0xee, 310).ToArray();
        var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply);
        writer.TryWriteOption(DhcpOption.MessageType, 5);
        Assert.Equal(size, writer.Finish(minimumSize));
        Assert.Equal(0xff, message[FixedFields + 3]);
        Assert.All(message[(FixedFields + 4)..size], pad => Assert.Equal(0, pad));
    }

    [Theory]
    [InlineData(FixedFields + 1, true)]
    [InlineData(FixedFields, false)]
    [InlineData(0, false)]
    public void Wants_room_for_the_fixed_fields_and_an_end_option(int size, bool enough)
    {
        var refusal = Record.Exception(() => new DhcpPacketWriter(new byte[size], DhcpOpCode.BootReply).Finish());
        Assert.Equal(enough, refusal is null);
        Assert.True(enough || refusal is ArgumentException);
    }
}
