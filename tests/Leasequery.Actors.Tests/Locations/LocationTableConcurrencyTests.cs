using System.Collections.Concurrent;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Tests.Locations;

/// <summary>
/// What readers see while others write, drop and refill. Two addresses of two shards hand their pages and overflow pieces to
/// each other; each has a short and a long version that differ in every byte.
/// </summary>
public sealed unsafe class LocationTableConcurrencyTests : IDisposable
{
    private const int Readers = 3;
    private const int ReadsOfEach = 50_000;
    private const int WritesOfAll = 2_000; // at least: on a busy machine the readers may otherwise be done before the second one

    private static readonly Ipv4Address[] Addresses = [Ipv4Address.Parse("10.1.2.3"), Ipv4Address.Parse("10.77.2.3")];

    private static readonly Binding[][] Versions =
    [
        [Version(Addresses[0], 0x11, 20), Version(Addresses[0], 0x22, 300)],
        [Version(Addresses[1], 0x33, 30), Version(Addresses[1], 0x44, 310)],
    ];

    private readonly LocationTable _table = new(new ShardMap(2));
    private readonly ConcurrentQueue<string> _wrong = [];
    private int _reading;
    private int _written;

    public void Dispose() => _table.Dispose();

    [Fact]
    public void The_two_addresses_belong_to_two_shards() =>
        Assert.NotEqual(_table.Shards.ShardOf(Addresses[0]), _table.Shards.ShardOf(Addresses[1]));

    [Fact]
    public void No_reader_ever_sees_a_mix_of_two_versions()
    {
        foreach (var address in Addresses)
            _table.Begin(_table.Shards.ShardOf(address));
        var found = Race(which => () => _table.Publish(Versions[which / 2][which % 2], 1), writers: 4);
        Assert.NotEqual(0, found);
    }

    [Fact]
    public void No_reader_ever_sees_a_mix_or_a_gap_while_shards_are_dropped_and_begun()
    {
        // A shard is complete only while its address has a record: nobody may ever be told that it was never seen.
        Action Refill(int which) => () =>
        {
            var shard = _table.Shards.ShardOf(Addresses[which]);
            _table.Drop(shard);
            _table.Begin(shard);
            _table.Publish(Versions[which][0], 1);
            _table.Complete(shard);
            _table.Publish(Versions[which][1], 2);
        };
        Race(Refill, writers: 2);
    }

    // The readers read so often, and until there was enough to see; the writers write as long as somebody reads.
    private long Race(Func<int, Action> writer, int writers)
    {
        _reading = Readers;
        var found = 0L;
        var threads = Enumerable.Range(0, Readers).Select(_ => new Thread(() => Interlocked.Add(ref found, ReadAll())))
            .Concat(Enumerable.Range(0, writers).Select(which => new Thread(() => WriteWhileRead(writer(which)))))
            .ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Empty(_wrong.Distinct());
        return found;
    }

    private void WriteWhileRead(Action write)
    {
        for (; Volatile.Read(ref _reading) > 0; Interlocked.Increment(ref _written))
            write();
    }

    private long ReadAll()
    {
        var scratch = stackalloc byte[LocationTable.ScratchSize];
        var found = 0L;
        SpinWait.SpinUntil(() => Volatile.Read(ref _written) > 0, Some.Patience); // before, there is nothing to find
        for (var i = 0; i < ReadsOfEach || Volatile.Read(ref _written) < WritesOfAll; i++)
        {
            var which = i & 1;
            var result = _table.Find(Addresses[which], scratch, Some.Now, out var answer);
            if (result == LookUp.Absent)
                _wrong.Enqueue($"{Addresses[which]} was never seen");
            if (result != LookUp.Found)
                continue;
            found++;
            if (!Is(Versions[which][0], answer) && !Is(Versions[which][1], answer))
                _wrong.Enqueue($"{Addresses[which]} is a mix");
        }

        Interlocked.Decrement(ref _reading);
        return found;
    }

    private static bool Is(Binding version, in LeasequeryAnswer answer)
    {
        var expected = Answering.Answer(version, Some.Now);
        return answer.Outcome == expected.Outcome && answer.Device == expected.Device && answer.ExpiresAt == expected.ExpiresAt
            && answer.RenewsAt == expected.RenewsAt && answer.RebindsAt == expected.RebindsAt
            && answer.LastTransactionAt == expected.LastTransactionAt
            && answer.ClientIdentifier.SequenceEqual(expected.ClientIdentifier)
            && answer.Options.SequenceEqual(expected.Options)
            && answer.RelayAgentInformation.SequenceEqual(expected.RelayAgentInformation);
    }

    private static Binding Version(Ipv4Address address, byte mark, int length)
    {
        byte[] Bytes(int count) => [.. Enumerable.Repeat(mark, count)];
        var number = mark * 0x01010101u;
        HardwareAddress.TryCreate(mark, Bytes(16), out var device);
        ClientIdentifier.TryCreate(Bytes(8), out var client);
        return new Binding(address, BindingState.Leased, device, client, number, number, number | 0x80000000, number, number,
            new Ipv4Address(number), new Ipv4Address(number), OctetString.Copy(Bytes(length)), OctetString.Copy(Bytes(10)));
    }
}
