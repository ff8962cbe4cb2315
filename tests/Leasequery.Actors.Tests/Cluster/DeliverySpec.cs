using System.Net;
using System.Net.Sockets;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Cluster;

/// <summary>Two nodes of one cluster. The first gets copies of ACKs for addresses of the second.</summary>
public sealed class DeliverySpec : IDisposable
{
    private const int Shards = 4;
    private const int Moves = 6;
    private const int Burst = 4;

    private static readonly Ipv4Address[] Addresses =
        [.. Enumerable.Range(0, 48).Select(i => new Ipv4Address(Subscriber.Value + (uint)i * 4096 % 65536 + (uint)i))];

    private readonly SharedStore _store = new();
    private readonly ClusterNode _one;
    private readonly Socket _relay = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private ClusterNode? _two;

    public DeliverySpec() => _one = new ClusterNode(_store, Shards);

    public void Dispose()
    {
        _relay.Dispose();
        _two?.Dispose();
        _one.Dispose();
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("0.1.0", false)] // has nobody who would take batches
    public void What_is_gleaned_for_another_node_is_stored_there_in_batches_if_that_knows_them(string? version, bool isBatched)
    {
        var places = Start(version);
        Place(places, _ => _two!);
        Eventually("all shards are at the second node", () => Enumerable.Range(0, Shards).All(shard =>
            _two!.Table.Holds(shard) && _one.Owners.NodeOf(shard) == _two.Address));

        for (var i = 0; i < Addresses.Length; i++)
            Send(Addresses[i], (uint)i);
        Eventually("all are acknowledged as stored", () => Stored == Addresses.Length);
        Assert.Equal(Addresses.Order(), _store.History.Select(happened => happened.Binding.Address).Order());
        Assert.Equal(isBatched ? Addresses.Length : 0, Delivered);
    }

    [Fact]
    public void While_shards_move_what_is_gleaned_of_an_address_is_stored_in_the_order_in_which_it_came()
    {
        var places = Start(version: null);
        var transaction = 0u;
        for (var round = 0; round < Moves; round++)
        {
            Place(places, shard => IsAtOne(shard, round) ? _one : _two!);
            Eventually($"the shards are where round {round} wants them", () =>
            {
                SendNext();
                return Enumerable.Range(0, Shards).All(shard =>
                    _one.Table.Holds(shard) == IsAtOne(shard, round) && _two!.Table.Holds(shard) != _one.Table.Holds(shard));
            });
            var (stored, delivered) = (_store.History.Count, Delivered);
            Eventually("what is gleaned since then is stored, and some of it went in batches", () =>
            {
                SendNext();
                return _store.History.Count > stored + Addresses.Length * Burst && Delivered > delivered;
            });
        }

        foreach (var of in _store.History.GroupBy(happened => happened.Binding.Address))
        {
            var transactions = of.Select(happened => happened.Binding.TransactionId).ToArray();
            Assert.Equal(transactions.Order(), transactions);
        }

        Assert.InRange(Delivered, 1, transaction - 1); // both ways were gone

        // Messages about one address in a row: each would have been overtaken on its way by those behind it on a shorter one.
        void SendNext()
        {
            var address = Addresses[transaction / Burst % Addresses.Length];
            for (var i = 0; i < Burst; i++)
                Send(address, ++transaction);
        }
    }

    private static bool IsAtOne(int shard, int round) => (shard + round) % 2 == 0;

    private long Stored => _one.Metrics.Sum(thread => thread.Count(GleanResult.Stored));

    private long Delivered => _one.Metrics.Sum(thread => thread.DeliveredToNode);

    private ShardPlaces Start(string? version)
    {
        _two = new ClusterNode(_store, Shards, version);
        var places = new ShardPlaces { CoordinatorNode = _one.Address };
        _one.Start(_one.Address, places);
        Eventually("the first node is up", () => _one.Cluster.State.Members.Count == 1 && _one.IsReady);
        _two.Start(_one.Address, places);
        Eventually("both nodes are ready", () => _one.IsReady && _two.IsReady);
        return places;
    }

    private static void Place(ShardPlaces places, Func<int, ClusterNode> at)
    {
        for (var shard = 0; shard < Shards; shard++)
            places.Want($"{shard}", at(shard).Address);
    }

    private void Send(Ipv4Address address, uint transaction) => _relay.SendTo(
        (Message.Ack() with { Yiaddr = address, Giaddr = default, Xid = transaction }).ToBytes(),
        new IPEndPoint(IPAddress.Loopback, _one.Endpoint.Port));
}
