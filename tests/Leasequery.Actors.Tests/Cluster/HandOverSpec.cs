using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Cluster;

/// <summary>
/// Two nodes of one cluster on one store. Shards move back and forth while devices move from address to address and both nodes
/// are asked about all of them.
/// </summary>
public sealed class HandOverSpec : IDisposable
{
    private const int Shards = 4;
    private const int Moves = 4;

    private static readonly Ipv4Address[] Addresses =
        [.. Enumerable.Range(0, 48).Select(i => new Ipv4Address(Subscriber.Value + (uint)i * 4096 % 65536 + (uint)i))];

    private readonly SharedStore _store = new();
    private readonly ClusterNode _one;
    private readonly ClusterNode _two;
    private readonly ShardPlaces _places;
    private readonly int[] _floor = new int[Addresses.Length]; // no older version may be told to who asks from now on
    private readonly int[] _sent = new int[Addresses.Length];
    private volatile bool _isOver;

    public HandOverSpec()
    {
        (_one, _two) = (new ClusterNode(_store, Shards), new ClusterNode(_store, Shards));
        _places = new ShardPlaces { CoordinatorNode = _one.Address };
    }

    public void Dispose()
    {
        _two.Dispose();
        _one.Dispose();
    }

    [Fact]
    public async Task While_shards_move_no_node_tells_what_another_one_knows_better()
    {
        Place(round: 0);
        _one.Start(_one.Address, _places);
        Eventually("the first node is up", () => _one.Cluster.State.Members.Count == 1 && _one.IsReady);
        _two.Start(_one.Address, _places);
        Eventually("both nodes are ready", () => _one.IsReady && _two.IsReady && IsPlaced(0));

        Task[] work = [Glean(), Task.Run(() => Ask(_one)), Task.Run(() => Ask(_two))];
        for (var round = 1; round <= Moves && !work.Any(task => task.IsFaulted); round++)
        {
            Place(round);
            Eventually($"the shards are where round {round} wants them",
                () => IsPlaced(round) || work.Any(task => task.IsFaulted));
            var sent = _sent.ToArray();
            Eventually("all addresses have changed since", () => work.Any(task => task.IsFaulted)
                || Enumerable.Range(0, sent.Length).All(i => Volatile.Read(ref _floor[i]) > sent[i]));
        }

        _isOver = true;
        await Task.WhenAll(work).WaitAsync(Patience);
        foreach (var node in new[] { _one, _two })
        {
            Assert.True(node.Metrics.Sum(thread => thread.AskedOfNode) > 0, "no question went to the other node by the batch");
            Assert.True(node.Metrics.Sum(thread => thread.Count(LookUpResult.Table)) > 0,
                "no question of the other node was settled");
        }
    }

    private void Place(int round)
    {
        for (var shard = 0; shard < Shards; shard++)
            _places.Want($"{shard}", (shard + round) % 2 == 0 ? _one.Address : _two.Address);
    }

    private bool IsPlaced(int round) => Enumerable.Range(0, Shards).All(shard =>
        _one.Table.Holds(shard) == ((shard + round) % 2 == 0) && _two.Table.Holds(shard) != _one.Table.Holds(shard));

    // A new version of one address after the other; what counts is what was acknowledged as stored.
    private async Task Glean()
    {
        for (var turn = 0; !_isOver; turn++)
        {
            var index = turn % Addresses.Length;
            var version = Interlocked.Increment(ref _sent[index]);
            while (!_isOver && !await IsStored(turn % 2 == 0 ? _one : _two, Addresses[index], version))
            {
                // Sharding may lose a message while a shard moves, or the store refuse it: it comes again, as with the
                // next renewal.
            }

            if (!_isOver)
                Raise(index, version);
        }
    }

    private static async Task<bool> IsStored(ClusterNode node, Ipv4Address address, int version)
    {
        try
        {
            var glean = new AddressProtocol.Glean(Version(address, version), version);
            var gleaned = await node.Region.Ask<AddressProtocol.Gleaned>(glean, TimeSpan.FromMilliseconds(500));
            return gleaned.Result != GleanResult.NotStored;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }

    private static LeaseGranted Version(Ipv4Address address, int version)
    {
        var circuit = new byte[6];
        (circuit[0], circuit[1]) = (1, 4);
        BinaryPrimitives.WriteInt32BigEndian(circuit.AsSpan(2), version);
        return Grant with { Address = address, TransactionId = (uint)version, RelayAgentInformation = OctetString.Copy(circuit) };
    }

    // Asks one node about all addresses at once, again and again. The floor is read before the question leaves.
    private void Ask(ClusterNode node)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = 50,
            ReceiveBufferSize = 1 << 20,
        };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var server = new IPEndPoint(IPAddress.Loopback, node.Endpoint.Port);
        var buffer = new byte[4096];
        for (var round = 1u; !_isOver; round++)
        {
            var floor = new int[Addresses.Length];
            for (var i = 0; i < Addresses.Length; i++)
            {
                floor[i] = Volatile.Read(ref _floor[i]);
                socket.SendTo((Message.Query(Addresses[i].ToString(), "127.0.0.1", 13) with { Xid = round }).ToBytes(), server);
            }

            for (var open = Addresses.Length; open > 0 && TryReceive(socket, buffer, out var length);)
                if (DhcpPacket.TryParse(buffer.AsSpan(0, length), out var reply, out _) && reply.TransactionId == round)
                {
                    Check(node, reply, floor);
                    open--;
                }
        }
    }

    private void Check(ClusterNode node, DhcpPacket reply, int[] floor)
    {
        var index = Array.IndexOf(Addresses, reply.ClientAddress);
        var information = new byte[64];
        var told = reply.TryReadOption(DhcpOption.RelayAgentInformation, information, out var value)
            ? BinaryPrimitives.ReadInt32BigEndian(value[2..])
            : 0;
        Assert.True(told >= floor[index],
            $"{node.Address} tells version {told} of {reply.ClientAddress}, and {floor[index]} was known before it was asked");
        Raise(index, told);
    }

    private void Raise(int index, int version)
    {
        var known = Volatile.Read(ref _floor[index]);
        while (version > known)
            known = Math.Max(known, Interlocked.CompareExchange(ref _floor[index], version, known));
    }

    private static bool TryReceive(Socket socket, byte[] buffer, out int length)
    {
        try
        {
            length = socket.Receive(buffer);
            return true;
        }
        catch (SocketException)
        {
            length = 0; // lost while a shard moved; the next round asks again
            return false;
        }
    }
}
