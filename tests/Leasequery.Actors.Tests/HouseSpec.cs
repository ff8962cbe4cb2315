using Leasequery.Actors.Addresses;

namespace Leasequery.Actors.Tests;

/// <summary>The arrows of the house: who may know whom.</summary>
public class HouseSpec
{
    private static readonly string[] References =
        [.. typeof(AddressProtocol).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!)];

    [Fact]
    public void The_actors_know_the_domain_and_the_wire_and_no_host() =>
        Assert.Equal(
            ["Leasequery.Domain", "Leasequery.Wire"],
            References.Where(name => name.StartsWith("Leasequery.", StringComparison.Ordinal)).Order());

    [Fact]
    public void The_actors_do_not_know_which_database_there_is() =>
        Assert.DoesNotContain(References, name =>
            new[] { "Sql", "linq2db", "Npgsql", "LiteDB", "EntityFramework", "System.Data", "Dapper" }
                .Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void What_serializes_itself_by_reflection_is_not_used() =>
        Assert.DoesNotContain(References, name => name is "Newtonsoft.Json" or "System.Text.Json");
}
