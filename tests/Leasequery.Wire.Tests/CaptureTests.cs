using System.Globalization;
using System.Text;
using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests;

/// <summary>Real messages, field by field against what tshark reads in them: see Captures/README.md.</summary>
public class CaptureTests
{
    [Theory]
    [InlineData("all-message-types-no-option82")]
    [InlineData("docsis-discover-offer-option82")]
    [InlineData("docsis-mta-discover-offer-option82")]
    [InlineData("pon-offer-option90-option82")]
    [InlineData("relayed-ack-suboptions-1-2-6")]
    public void Every_field_and_option_reads_as_tshark_reads_it(string capture)
    {
        var messages = PcapFile.ReadUdpPayloads(InCaptures(capture + ".pcap"));
        var read = string.Join('\n', messages.Select((message, index) => Describe(index + 1, message)));
        Assert.Equal(File.ReadAllText(InCaptures(capture + ".txt")), read);
    }

    [Theory]
    [InlineData("docsis-discover-offer-option82", 1, "1:00020443 2:c40415bda861 9:0000118b06010401020300")]
    [InlineData("docsis-discover-offer-option82", 2, "1:00020443 2:c40415bda861 9:0000118b06010401020300")]
    [InlineData("docsis-mta-discover-offer-option82", 1, "1:000203fa 2:200cc8e2fa30 9:0000118b06010401020300")]
    [InlineData("docsis-mta-discover-offer-option82", 2, "1:000203fa 2:200cc8e2fa30 9:0000118b06010401020300")]
    [InlineData("pon-offer-option90-option82", 1, "1:20504f4e20312f312f30372f30313a312e302e31")]
    [InlineData("relayed-ack-suboptions-1-2-6", 1, "1:74686973206973206f6e6c79206120746573742e2e2e 2:13 6:2d73756249442d")]
    public void Relay_agent_information_reads_as_tshark_reads_it(string capture, int number, string subOptions)
    {
        var packet = RawMessage.Parse(PcapFile.ReadUdpPayloads(InCaptures(capture + ".pcap"))[number - 1]);
        Assert.True(packet.TryReadOption(DhcpOption.RelayAgentInformation, [], out var value));
        Assert.True(new RelayAgentInfo(value).IsWellFormed);
        Assert.Equal(subOptions, RawMessage.SubOptions(new RelayAgentInfo(value)));
    }

    private static string InCaptures(string file) => Path.Combine(AppContext.BaseDirectory, "Captures", file);

    private static string Describe(int number, byte[] message)
    {
        var packet = RawMessage.Parse(message);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            message {number}, {message.Length} bytes
              op {(byte)packet.OpCode}, type {(byte)packet.MessageType}, hops {packet.Hops}
              xid {packet.TransactionId:x8}, secs {packet.Seconds}, flags {packet.Flags:x4}
              ciaddr {packet.ClientAddress}, yiaddr {packet.YourAddress}
              siaddr {packet.ServerAddress}, giaddr {packet.RelayAddress}
              chaddr {packet.HardwareAddress}

            """);
        foreach (var option in packet.Options)
        {
            var value = Convert.ToHexStringLower(option.Value);
            text.Append(CultureInfo.InvariantCulture, $"  option {(byte)option.Code}: {value}\n");
        }

        return text.ToString();
    }
}
