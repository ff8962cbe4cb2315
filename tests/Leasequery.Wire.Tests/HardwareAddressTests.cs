using CsCheck;

namespace Leasequery.Wire.Tests;

public class HardwareAddressTests
{
    [Theory]
    [InlineData("00:0a:28:00:fa:42", "00:0a:28:00:fa:42")]
    [InlineData("00-0A-28-00-FA-42", "00:0a:28:00:fa:42")]
    [InlineData("ff", "ff")]
    [InlineData("00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f", "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f")]
    public void Reads_hex_as_an_ethernet_address(string text, string printed)
    {
        Assert.True(HardwareAddress.TryParse(text, out var address));
        Assert.Equal(HardwareAddress.Ethernet, address.Type);
        Assert.Equal(printed, address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("00:0a:28:00:fa:")]
    [InlineData("0:a:28:0:fa:42")]
    [InlineData("000a2800fa42")]
    [InlineData("00:0a:28:00:fa:4g")]
    [InlineData("00:0a:28:00:fa: 4")]
    [InlineData("00:0a:28:00:fa:+4")]
    [InlineData("00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10")]
    public void Refuses_what_is_not_hex_of_1_to_16_bytes(string? text)
    {
        Assert.False(HardwareAddress.TryParse(text, out var address));
        Assert.True(address.IsNone);
    }

    [Fact]
    public void More_bytes_than_chaddr_has_cannot_be_built()
    {
        Assert.True(HardwareAddress.TryCreate(1, new byte[16], out _));
        Assert.False(HardwareAddress.TryCreate(1, new byte[17], out var none));
        Assert.Equal(HardwareAddress.None, none);
    }

    [Fact]
    public void None_is_all_zeros_N12_N32()
    {
        Assert.Equal((0, 0), (HardwareAddress.None.Type, HardwareAddress.None.Length));
        Assert.True(HardwareAddress.None.IsNone);
        Assert.Equal("", HardwareAddress.None.ToString());
    }

    [Fact]
    public void Chaddr_is_the_address_then_zeros()
    {
        var field = Enumerable.Repeat((byte)0xee, 16).ToArray();
        HardwareAddress.TryCreate(1, [0, 0x0a, 0x28, 0, 0xfa, 0x42], out var address);
        address.WriteField(field);
        Assert.Equal([0, 0x0a, 0x28, 0, 0xfa, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], field);
    }

    [Fact]
    public void Reads_of_chaddr_what_hlen_says_and_nothing_behind_it()
    {
        byte[] field = [.. Enumerable.Range(1, 16).Select(value => (byte)value)];
        for (byte length = 0; length <= HardwareAddress.MaxLength; length++)
        {
            HardwareAddress.TryCreate(6, field.AsSpan(0, length), out var expected);
            Assert.Equal(expected, HardwareAddress.ReadField(6, length, field));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => HardwareAddress.ReadField(6, 17, field));
        Assert.Throws<ArgumentOutOfRangeException>(() => HardwareAddress.ReadField(6, 6, field.AsSpan(0, 15)));
    }

    [Theory]
    [InlineData(1, new byte[] { 1, 2 }, 1, new byte[] { 1, 2 }, true)]
    [InlineData(1, new byte[] { 1, 2 }, 6, new byte[] { 1, 2 }, false)] // another type
    [InlineData(1, new byte[] { 1, 2 }, 1, new byte[] { 1, 2, 0 }, false)] // same chaddr, another hlen
    [InlineData(1, new byte[] { 1, 2 }, 1, new byte[] { 1, 3 }, false)]
    public void Equals_in_type_length_and_bytes(byte type, byte[] bytes, byte otherType, byte[] otherBytes, bool equal)
    {
        HardwareAddress.TryCreate(type, bytes, out var left);
        HardwareAddress.TryCreate(otherType, otherBytes, out var right);
        Assert.Equal(equal, left == right);
        Assert.Equal(equal, left.Equals((object)right));
        Assert.NotEqual(equal, left != right);
        Assert.True(!equal || left.GetHashCode() == right.GetHashCode());
    }

    [Fact]
    public void Prints_the_type_when_it_is_not_ethernet()
    {
        HardwareAddress.TryCreate(6, [1, 2], out var address);
        Assert.Equal("6/01:02", address.ToString());
    }

    [Fact]
    public void What_is_printed_is_read_back() =>
        Gen.Byte.Array[1, 16].Sample(bytes =>
            HardwareAddress.TryCreate(HardwareAddress.Ethernet, bytes, out var address)
            && HardwareAddress.TryParse(address.ToString(), out var again) && again == address);
}
