using Akka.Actor;
using Akka.Configuration;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Actors.Tests.Support;

/// <summary>What the actors of a node share, in virtual time.</summary>
internal sealed unsafe class Node : IDisposable
{
    public Node(int shards = 4)
    {
        Table = new LocationTable(new ShardMap(shards));
        Store = new StoreHealth(Clock, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);
        Meters = new MeterReader();
        Metrics = Meters.Watch(() => new LeasequeryMetrics(Table, Store, NullLogger<LeasequeryMetrics>.Instance));
    }

    public VirtualClock Clock { get; } = new();

    public LocationTable Table { get; }

    public StoreHealth Store { get; }

    public LeasequeryMetrics Metrics { get; }

    /// <summary>For address actors that have no DHCP server to ask.</summary>
    public AddressContext AddressContext => new(
        Table, Metrics, Clock, Settings().Upstream, ActorRefs.Nobody, TimeSpan.FromSeconds(10), MaxResident: 1000);

    /// <summary>The metrics as a collector sees them.</summary>
    public MeterReader Meters { get; }

    /// <summary>Settings of a test: its text inside <c>leasequery { }</c>, with what is required besides.</summary>
    public static LeasequerySettings Settings(string hocon = "") => LeasequerySettings.From(ConfigurationFactory.ParseString(
        $$"""
        leasequery {
          networks = ["10.1.0.0/16"]
          requestors = [{ prefix = "10.9.0.0/16" }, { prefix = "127.0.0.0/8", reply-port = "source" }]
          ingress.listen = ["127.0.0.1:0"]
          {{hocon}}
        }
        """));

    /// <summary>Makes all shards complete, so that what is not published was never seen.</summary>
    public Node WithAllShards()
    {
        for (var shard = 0; shard < Table.Shards.Count; shard++)
        {
            Table.Begin(shard);
            Table.Complete(shard);
        }

        return this;
    }

    /// <summary>What the table says of an address, as one line.</summary>
    public string Find(Ipv4Address address, uint now = Some.Now) => Find(Table, address, now);

    /// <summary>What a table says of an address, as one line.</summary>
    public static string Find(LocationTable table, Ipv4Address address, uint now = Some.Now)
    {
        var scratch = stackalloc byte[LocationTable.ScratchSize];
        var found = table.Find(address, scratch, now, out var answer);
        return found == LookUp.Found ? Describe(answer) : found.ToString();
    }

    /// <summary>The answer that a binding gives, as the same line.</summary>
    public static string Answer(Binding? binding, uint now = Some.Now) => Describe(Answering.Answer(binding, now));

    public void Dispose()
    {
        Meters.Dispose();
        Metrics.Dispose();
        Table.Dispose();
    }

    /// <summary>An answer as one line.</summary>
    public static string Describe(in LeasequeryAnswer answer) =>
        $"{answer.Outcome} {answer.Device} {answer.Device.Type} until {answer.ExpiresAt} "
        + $"T1 {answer.RenewsAt} T2 {answer.RebindsAt} since {answer.LastTransactionAt} "
        + $"client {Convert.ToHexStringLower(answer.ClientIdentifier)} options "
        + $"{Convert.ToHexStringLower(answer.Options)} information {Convert.ToHexStringLower(answer.RelayAgentInformation)}";
}
