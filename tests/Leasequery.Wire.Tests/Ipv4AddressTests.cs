using CsCheck;

namespace Leasequery.Wire.Tests;

public class Ipv4AddressTests
{
    [Theory]
    [InlineData("0.0.0.0", 0x00000000u)]
    [InlineData("10.0.0.1", 0x0A000001u)]
    [InlineData("127.0.0.1", 0x7F000001u)]
    [InlineData("192.168.211.194", 0xC0A8D3C2u)]
    [InlineData("255.255.255.255", 0xFFFFFFFFu)]
    public void Reads_and_prints_a_dotted_quad(string text, uint value)
    {
        Assert.True(Ipv4Address.TryParse(text, out var address));
        Assert.Equal(value, address.Value);
        Assert.Equal(text, address.ToString());
        Assert.Equal(text, $"{address}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.")]
    [InlineData(".0.0.1")]
    [InlineData("10..0.1")]
    [InlineData("10.0.0.1.")]
    [InlineData("10.0.0.1.2")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.0001")]
    [InlineData("10.0.0.01")] // octal to some, decimal to others
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.+1")]
    [InlineData("10.0.0.-1")]
    [InlineData("10.0.0.0x1")]
    [InlineData(" 10.0.0.1")]
    [InlineData("10.0.0.1 ")]
    [InlineData("10.0.0.١")] // a digit, but not an ASCII one
    [InlineData("167772161")]
    [InlineData("::1")]
    public void Refuses_what_is_not_a_dotted_quad(string? text)
    {
        Assert.False(Ipv4Address.TryParse(text, out var address));
        Assert.Equal(Ipv4Address.Unspecified, address);
        Assert.Throws<FormatException>(() => Ipv4Address.Parse(text.AsSpan()));
    }

    [Fact]
    public void Stands_in_network_order_on_the_wire()
    {
        byte[] bytes = [10, 1, 2, 3, 0xee];
        var address = Ipv4Address.Read(bytes);
        Assert.Equal(Ipv4Address.Parse("10.1.2.3"), address);

        var written = new byte[Ipv4Address.Size];
        address.Write(written);
        Assert.Equal(bytes[..4], written);
    }

    [Fact]
    public void Only_zero_is_unspecified()
    {
        Assert.True(Ipv4Address.Unspecified.IsUnspecified);
        Assert.True(Ipv4Address.Parse("0.0.0.0").IsUnspecified);
        Assert.False(Ipv4Address.Loopback.IsUnspecified);
    }

    [Fact]
    public void Orders_by_number_also_above_half()
    {
        var low = Ipv4Address.Parse("9.255.255.255");
        var high = Ipv4Address.Parse("200.0.0.0"); // negative, were it signed
        Assert.True(low < high && low <= high && high > low && high >= low && low.CompareTo(high) < 0);
    }

    [Theory]
    [InlineData("255.255.255.255", 15, true)]
    [InlineData("255.255.255.255", 14, false)]
    [InlineData("1.2.3.4", 7, true)]
    [InlineData("1.2.3.4", 6, false)]
    public void Formats_into_a_span_that_is_long_enough(string text, int room, bool fits)
    {
        var destination = new char[room];
        Assert.Equal(fits, Ipv4Address.Parse(text).TryFormat(destination, out var written));
        Assert.Equal(fits ? text : "", new string(destination, 0, written));
    }

    [Fact]
    public void What_is_printed_is_read_back() =>
        Gen.UInt.Sample(value => Ipv4Address.Parse(new Ipv4Address(value).ToString()).Value == value);
}
