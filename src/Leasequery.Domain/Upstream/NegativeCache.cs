using System.Runtime.InteropServices;
using Leasequery.Wire;

namespace Leasequery.Domain.Upstream;

/// <summary>
/// Addresses that a server said it knows nothing of (N44), each until its end: it is asked about them only infrequently
/// (RFC 4388 section 6.5). Bounded in entries, and in how fast strange keys can turn it over: a scan takes the free places, and
/// beyond them at most so many a second, so that what was useful stays.
/// </summary>
/// <remarks>
/// 8-way set-associative. A set is one cache line of eight 64-bit entries (address, end in Unix seconds), so a look-up reads
/// one line; an entry is read whole, without a lock, from any thread; writers take a lock. There are no references inside:
/// nothing for the collector to walk.
/// <para>Memory: 8 bytes an entry and nothing else that grows; a million entries are 8 MB.</para>
/// <para>
/// Neighbouring addresses spread evenly over the sets: a cache a quarter larger than a network keeps it whole. Addresses at
/// random crowd some sets before others are full; at half load one in a hundred finds no free place. Who may choose addresses
/// can crowd one set; the price is that those few are asked about again, at the pace of <see cref="ServerState"/>.
/// </para>
/// </remarks>
public sealed class NegativeCache
{
    private const int Ways = 8;
    private const uint GoldenRatio = 0x9E3779B9; // 2^32 / 1.618: multiples of it keep apart (Knuth 6.4)

    private readonly ulong[] _entries; // address << 32 | end; 0 is an empty place: its end has always come
    private readonly int _start; // of the first set: the place that begins a cache line
    private readonly uint _sets;
    private readonly int _maxEvictionsPerSecond;
    private readonly Lock _writing = new();
    private uint _second;
    private int _evictionsInSecond;
    private int _count;
    private long _refused;
    private long _evicted;

    /// <summary>An empty cache.</summary>
    /// <param name="capacity">At least this many entries; rounded up to whole sets of eight.</param>
    /// <param name="maxEvictionsPerSecond">How many entries a second may lose their place before their end.</param>
    public NegativeCache(int capacity, int maxEvictionsPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Array.MaxLength - 2 * Ways);
        ArgumentOutOfRangeException.ThrowIfNegative(maxEvictionsPerSecond);
        _sets = (uint)((capacity + Ways - 1) / Ways);
        _maxEvictionsPerSecond = maxEvictionsPerSecond;
        _entries = GC.AllocateArray<ulong>(Capacity + Ways - 1, pinned: true); // pinned, so that the lines stay where they are
        var line = Ways * sizeof(ulong);
        var behind = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_entries, 0) % line);
        _start = (line - behind) % line / sizeof(ulong);
    }

    /// <summary>The most entries.</summary>
    public int Capacity => (int)_sets * Ways;

    /// <summary>
    /// The places that are taken. Not less than the entries that still hold: one that has ended keeps its place, and is counted,
    /// until another takes it.
    /// </summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many were not taken in, because their set was full and too much had been evicted in that second.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>How many lost their place before their end.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>True when the address is in here and its end has not come.</summary>
    public bool Contains(Ipv4Address address, uint now)
    {
        foreach (ref var place in SetOf(address))
        {
            var entry = Volatile.Read(ref place);
            if (AddressOf(entry) == address.Value && EndOf(entry) > now)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Takes an address in until its end, or moves its end. It gets an empty place of its set or one that has ended, else the
    /// place of the one that ends first.
    /// </summary>
    /// <returns>False when it is refused: evictions are used up for this second, or its end has come already.</returns>
    public bool Add(Ipv4Address address, uint until, uint now)
    {
        if (until <= now)
            return false;
        lock (_writing)
        {
            ref var place = ref PlaceFor(address);
            if (AddressOf(place) != address.Value && EndOf(place) > now && !MayEvict(now))
            {
                _refused++;
                return false;
            }

            _count += place == 0 ? 1 : 0;
            Volatile.Write(ref place, (ulong)address.Value << 32 | until);
            return true;
        }
    }

    /// <summary>Takes an address out: there is news of it.</summary>
    public void Remove(Ipv4Address address)
    {
        lock (_writing)
        {
            ref var place = ref PlaceFor(address);
            if (place == 0 || AddressOf(place) != address.Value)
                return;
            _count--;
            Volatile.Write(ref place, 0);
        }
    }

    /// <summary>The place that has the address, or else the one that ends first: an empty one ends before all others.</summary>
    private ref ulong PlaceFor(Ipv4Address address)
    {
        var set = SetOf(address);
        ref var first = ref set[0];
        foreach (ref var place in set)
        {
            if (place != 0 && AddressOf(place) == address.Value)
                return ref place;
            if (EndOf(place) < EndOf(first))
                first = ref place;
        }

        return ref first;
    }

    private bool MayEvict(uint now)
    {
        // Threads may differ by a second in what they call now; a clock that was set back starts anew.
        if (now > _second || _second - now > 1)
            (_second, _evictionsInSecond) = (now, 0);
        if (_evictionsInSecond >= _maxEvictionsPerSecond)
            return false;
        _evictionsInSecond++;
        _evicted++;
        return true;
    }

    private Span<ulong> SetOf(Ipv4Address address)
    {
        var set = (uint)((ulong)(address.Value * GoldenRatio) * _sets >> 32);
        return _entries.AsSpan(_start + (int)set * Ways, Ways);
    }

    private static uint AddressOf(ulong entry) => (uint)(entry >> 32);

    private static uint EndOf(ulong entry) => (uint)entry;
}
