using CsCheck;
using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests;

public class RelayAgentInfoTests
{
    [Theory]
    [InlineData(RelaySubOption.CircuitId, 1)] // RFC 3046 section 3.1
    [InlineData(RelaySubOption.RemoteId, 2)] // RFC 3046 section 3.2
    [InlineData(RelaySubOption.LinkSelection, 5)] // RFC 3527 section 3
    [InlineData(RelaySubOption.SubscriberId, 6)] // RFC 3993 section 2
    [InlineData(RelaySubOption.VendorSpecific, 9)] // RFC 4243 section 4
    [InlineData(RelaySubOption.ServerIdentifierOverride, 11)] // RFC 5107 section 4
    [InlineData(RelaySubOption.RelayAgentIdentifier, 12)] // RFC 6925 section 4
    [InlineData(RelaySubOption.RelaySourcePort, 19)] // RFC 8357 section 4.1
    [InlineData(RelaySubOption.VirtualSubnetSelection, 151)] // RFC 6607 section 3.2
    public void Finds_each_named_sub_option_among_others(RelaySubOption code, byte number)
    {
        byte[] bytes = [200, 1, 0xaa, number, 2, 0x01, 0x02, 201, 0];
        var information = new RelayAgentInfo(bytes);
        Assert.True(information.TryGet(code, out var value));
        Assert.Equal([1, 2], value.ToArray());
        Assert.False(information.TryGet((RelaySubOption)202, out var none));
        Assert.True(none.IsEmpty);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("01 00", "1:")]
    [InlineData("01 01 aa 02 02 bb cc", "1:aa 2:bbcc")]
    [InlineData("02 01 aa 01 01 bb", "2:aa 1:bb")] // order is kept
    [InlineData("01 01 aa 01 01 bb", "1:aa 1:bb")] // so are duplicates
    [InlineData("00 01 aa ff 00", "0:aa 255:")] // no pad and no end in here (RFC 3046 section 2.0)
    public void Walks_sub_options_that_fill_it_exactly(string bytes, string subOptions)
    {
        var information = new RelayAgentInfo(RawMessage.Hex(bytes));
        Assert.True(information.IsWellFormed);
        Assert.Equal(subOptions, RawMessage.SubOptions(information));
    }

    [Theory]
    [InlineData("01", "")] // no length
    [InlineData("01 01", "")] // no value
    [InlineData("01 02 aa", "")] // value cut short
    [InlineData("01 01 aa 02", "1:aa")]
    [InlineData("01 01 aa 02 ff bb", "1:aa")]
    [InlineData("01 01 aa 00", "1:aa")] // padded by a relay that thinks of the options field
    public void Walks_up_to_what_is_badly_formed_and_keeps_all_bytes(string bytes, string subOptions)
    {
        var information = new RelayAgentInfo(RawMessage.Hex(bytes));
        Assert.False(information.IsWellFormed);
        Assert.Equal(subOptions, RawMessage.SubOptions(information));
        Assert.Equal(RawMessage.Hex(bytes), information.Bytes.ToArray());
    }

    [Fact]
    public void Of_duplicates_the_first_is_found()
    {
        Assert.True(new RelayAgentInfo([1, 1, 0xaa, 1, 1, 0xbb]).TryGet(RelaySubOption.CircuitId, out var value));
        Assert.Equal([0xaa], value.ToArray());
    }

    [Fact]
    public void Any_bytes_are_walked_to_an_end() =>
        Gen.Byte.Array[0, 600].Sample(bytes =>
        {
            var walked = 0;
            var subOptions = new RelayAgentInfo(bytes).GetEnumerator();
            while (subOptions.MoveNext())
                walked += 2 + subOptions.Current.Value.Length;
            return walked + subOptions.Rest.Length == bytes.Length
                && new RelayAgentInfo(bytes).IsWellFormed == (walked == bytes.Length);
        });
}
