using System.Globalization;
using System.Text;

namespace Leasequery.Wire.Tests.Support;

/// <summary>
/// DHCP messages byte by byte, built without the code under test, and options as one line of text (<c>53:05 51:00000e10</c>)
/// so that a row of a table says what a message holds.
/// </summary>
internal static class RawMessage
{
    private const int FixedFields = 240;
    private const int ServerName = 44;
    private const int BootFile = 108;

    /// <summary>Bytes from hex with spaces anywhere.</summary>
    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Fixed fields of zeros with op and cookie, then the options as they stand; no end option is added.</summary>
    public static byte[] With(string options, byte op = 1, string bootFile = "", string serverName = "")
    {
        var optionBytes = Hex(options);
        var message = new byte[FixedFields + optionBytes.Length];
        message[0] = op;
        Hex("63825363").CopyTo(message, FixedFields - 4);
        Hex(bootFile).CopyTo(message, BootFile);
        Hex(serverName).CopyTo(message, ServerName);
        optionBytes.CopyTo(message, FixedFields);
        return message;
    }

    /// <summary>The packet in a message that is known to be one.</summary>
    public static DhcpPacket Parse(ReadOnlySpan<byte> message)
    {
        Assert.True(DhcpPacket.TryParse(message, out var packet, out var error), error.ToString());
        return packet;
    }

    /// <summary>The packet's options in wire order, <c>code:hex</c> each.</summary>
    public static string Options(DhcpPacket packet)
    {
        var text = new StringBuilder();
        foreach (var option in packet.Options)
            Append(text, (byte)option.Code, option.Value);
        return text.ToString();
    }

    /// <summary>The sub-options in wire order, <c>code:hex</c> each.</summary>
    public static string SubOptions(RelayAgentInfo information)
    {
        var text = new StringBuilder();
        foreach (var subOption in information)
            Append(text, (byte)subOption.Code, subOption.Value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, byte code, ReadOnlySpan<byte> value) =>
        text.Append(text.Length == 0 ? "" : " ").Append(CultureInfo.InvariantCulture, $"{code}:")
            .Append(Convert.ToHexStringLower(value));
}
