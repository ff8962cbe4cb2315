using CsCheck;

namespace Leasequery.Wire.Tests;

public class OptionSetTests
{
    [Theory] // the edges of the four words
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(191)]
    [InlineData(192)]
    [InlineData(255)]
    public void Holds_any_code_and_no_other(byte code)
    {
        var set = OptionSet.Of((DhcpOption)code);
        Assert.Equal([code], Enumerable.Range(0, 256).Where(other => set.Contains((DhcpOption)other)));
    }

    [Fact]
    public void Writes_each_code_once_and_lowest_first()
    {
        var list = new byte[4];
        var count = OptionSet.Read([82, 51, 58, 51]).Write(list);
        Assert.Equal([51, 58, 82], list[..count]);
    }

    [Fact]
    public void A_list_adds_to_what_is_there()
    {
        var set = OptionSet.Of(DhcpOption.LeaseTime);
        Assert.Equal(OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RelayAgentInformation, (DhcpOption)255), set.With([82, 255]));
        Assert.Equal(OptionSet.Of(DhcpOption.LeaseTime), set); // is a value
    }

    [Fact]
    public void Comes_back_from_its_bits() => Gen.Byte.Array[0, 40].Sample(codes =>
    {
        var bits = new byte[OptionSet.BitsSize];
        OptionSet.Read(codes).WriteBits(bits);
        Assert.Equal(OptionSet.Read(codes), OptionSet.ReadBits(bits));
    });

    [Fact] // goes between nodes of two versions
    public void Its_bits_begin_with_the_lowest_code()
    {
        var bits = new byte[OptionSet.BitsSize];
        OptionSet.Read([0, 9, 82, 255]).WriteBits(bits);
        Assert.Equal("0102000000000000000004000000000000000000000000000000000000000080", Convert.ToHexStringLower(bits));
    }

    [Fact]
    public void Refuses_a_span_that_is_too_short() =>
        Assert.Throws<IndexOutOfRangeException>(() => OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.HostName).Write(new byte[1]));

    [Fact]
    public void Equal_sets_are_equal_whatever_the_order()
    {
        Assert.Equal(OptionSet.Read([51, 82]), OptionSet.Of(DhcpOption.RelayAgentInformation, DhcpOption.LeaseTime));
        Assert.NotEqual(OptionSet.Read([51, 82]), OptionSet.Read([51]));
        Assert.Equal(default, OptionSet.Read([]));
    }

    [Fact]
    public void Prints_its_codes() => Assert.Equal("51 82", OptionSet.Read([82, 51]).ToString());

    [Fact]
    public void What_is_written_is_read_back() =>
        Gen.Byte.Array[0, 400].Sample(codes =>
        {
            var list = new byte[256];
            var set = OptionSet.Read(codes);
            return OptionSet.Read(list.AsSpan(0, set.Write(list))) == set && codes.All(code => set.Contains((DhcpOption)code));
        });
}
