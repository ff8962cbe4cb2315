using Leasequery.Actors.Addresses;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Addresses;

public class PersistenceIdsTests
{
    [Theory] // stands in every stored row: never to be changed
    [InlineData("0.0.0.0", "address-00000000")]
    [InlineData("10.0.0.1", "address-0a000001")]
    [InlineData("255.255.255.255", "address-ffffffff")]
    public void A_persistence_id_is_hex_of_fixed_width(string address, string id) =>
        Assert.Equal(id, PersistenceIds.Of(Ipv4Address.Parse(address)));

    [Fact]
    public void The_order_of_the_ids_is_the_order_of_the_addresses()
    {
        var addresses = new[] { "1.2.3.4", "9.255.255.255", "10.0.0.0", "10.0.0.10", "99.0.0.0", "160.0.0.0", "255.0.0.1" };
        var ids = addresses.Select(address => PersistenceIds.Of(Ipv4Address.Parse(address))).ToArray();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }
}
