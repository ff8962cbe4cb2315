using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests;

/// <summary>Option 52 (RFC 2132 section 9.3): options that go on in the boot file and the server name field.</summary>
public class DhcpOptionEnumeratorTests
{
    [Theory] // options field, then boot file, then server name (RFC 3396 section 5)
    [InlineData("01", "52:01 53:05 12:66696c65")]
    [InlineData("02", "52:02 53:05 12:736e616d65")]
    [InlineData("03", "52:03 53:05 12:66696c65 12:736e616d65")]
    public void The_fields_that_are_named_are_walked(string overload, string expected)
    {
        var message = RawMessage.With($"34 01 {overload} 35 01 05 ff", bootFile: "0c 04 66696c65 ff",
            serverName: "0c 05 736e616d65 ff");
        Assert.Equal(expected, RawMessage.Options(RawMessage.Parse(message)));
    }

    [Fact]
    public void Without_option_52_a_boot_file_name_is_no_option()
    {
        var message = RawMessage.With("35 01 05 ff", bootFile: "0c 04 66696c65 ff", serverName: "0c ff");
        Assert.Equal("53:05", RawMessage.Options(RawMessage.Parse(message)));
    }

    [Theory]
    [InlineData("35 01 05 34 01 01", "0c 01 61")] // the options field without its end option
    [InlineData("35 01 05 34 01 01 ff", "00 00 0c 01 61 00")] // the boot file without its own, pads around
    public void A_field_ends_with_its_bytes_when_there_is_no_end_option(string options, string bootFile) =>
        Assert.Equal("53:05 52:01 12:61", RawMessage.Options(RawMessage.Parse(RawMessage.With(options, bootFile: bootFile))));

    [Fact]
    public void The_message_type_may_stand_in_an_overloaded_field()
    {
        var packet = RawMessage.Parse(RawMessage.With("34 01 02 ff", serverName: "35 01 05 ff"));
        Assert.Equal(DhcpMessageType.Ack, packet.MessageType);
    }

    [Fact]
    public void Instances_are_joined_across_all_three_fields()
    {
        var message = RawMessage.With("35 01 05 34 01 03 52 01 aa ff", bootFile: "52 01 bb ff", serverName: "52 01 cc ff");
        var packet = RawMessage.Parse(message);
        Assert.True(packet.TryReadOption(DhcpOption.RelayAgentInformation, new byte[3], out var value));
        Assert.Equal("aabbcc", Convert.ToHexStringLower(value));
    }

    [Theory]
    [InlineData("01", 128)]
    [InlineData("02", 64)]
    public void An_option_must_lie_inside_its_field(string overload, int fieldSize)
    {
        foreach (var excess in (int[])[0, 1])
        {
            var field = $"0c{fieldSize - 2 + excess:x2}{new string('6', 2 * (fieldSize - 2))}";
            var message = RawMessage.With($"35 01 05 34 01 {overload} ff", bootFile: overload == "01" ? field : "",
                serverName: overload == "02" ? field : "");
            Assert.Equal(excess == 0, DhcpPacket.TryParse(message, out _, out var error));
            Assert.Equal(excess == 0 ? DhcpParseError.None : DhcpParseError.OptionOverrun, error);
        }
    }

    [Theory(Timeout = 10_000)] // else two fields could send the walk to each other for ever
    [InlineData("35 01 05 34 01 01 ff", "34 01 03 ff", "0c 01 61 ff", "53:05 52:01 52:03")]
    [InlineData("35 01 05 34 01 01 34 01 02 ff", "ff", "0c 01 61 ff", "53:05 52:01 52:02")]
    [InlineData("35 01 05 34 01 01 34 01 09 ff", "ff", "ff", "53:05 52:01 52:09")]
    public async Task Only_the_first_option_52_of_the_options_field_counts(string options, string bootFile, string serverName,
        string expected)
    {
        var message = RawMessage.With(options, bootFile: bootFile, serverName: serverName);
        Assert.Equal(expected, await Task.Run(() => RawMessage.Options(RawMessage.Parse(message))));
    }
}
