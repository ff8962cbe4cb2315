using Leasequery.Domain.Networks;
using Leasequery.Domain.Tests.Support;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Domain.Tests.Support.Some;
using static Leasequery.Wire.Leasequeries.LeasequeryDialect;

namespace Leasequery.Domain.Tests.Networks;

public class StaticDeviceTests
{
    private static readonly StaticDevice Camera = new(Address, Modem, Rai, IsLeasedForever: false);

    [Theory] // N24, N35: definitive information, with the location that the operator wrote down; N28, N30: no lease, no time
    [InlineData(Draft0, 5)]
    [InlineData(Draft2, 14)]
    [InlineData(Draft4, 16)]
    [InlineData(Rfc4388, 13)]
    public void A_device_without_dhcp_is_acknowledged_where_it_is_and_has_no_lease(LeasequeryDialect dialect, byte type)
    {
        var reply = Reply.Of(dialect, Camera.Answer(), "1 51 58 59 61 82 91", Now);
        Assert.Equal((type, "53 54 82", Modem), (reply.Type, reply.Codes, reply.Device));
        Assert.Equal(Rai.ToString(), reply.Hex(DhcpOption.RelayAgentInformation));
    }

    [Theory] // for requestors that take an answer without option 51 as "nobody there" (N42)
    [InlineData(Draft0, 5)]
    [InlineData(Draft2, 14)]
    [InlineData(Draft4, 16)]
    [InlineData(Rfc4388, 13)]
    public void It_has_an_infinite_lease_where_the_operator_wants_so(LeasequeryDialect dialect, byte type)
    {
        var reply = Reply.Of(dialect, (Camera with { IsLeasedForever = true }).Answer(), "51 58 59 82", Now);
        Assert.Equal((type, "53 54 51 82", Modem), (reply.Type, reply.Codes, reply.Device));
        Assert.Equal(uint.MaxValue, reply.Number(DhcpOption.LeaseTime));
    }

    [Fact]
    public void Where_no_location_was_written_down_none_is_told() =>
        Assert.Equal("53 54", Reply.Of(Draft0, (Camera with { RelayAgentInformation = default }).Answer(), "51 82", Now).Codes);

    [Fact]
    public void What_is_not_asked_for_is_not_told() =>
        Assert.Equal("53 54", Reply.Of(Draft0, (Camera with { IsLeasedForever = true }).Answer(), "58", Now).Codes);
}
