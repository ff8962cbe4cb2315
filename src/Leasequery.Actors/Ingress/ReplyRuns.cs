using System.Numerics;
using System.Runtime.InteropServices;
using Leasequery.Wire;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// Sorts the replies of a batch by the two ends they travel between, without changing the order of those between the same two.
/// What requestors asked in turns comes out requestor by requestor, so that runs of equal size show. Nothing is allocated after
/// the start.
/// </summary>
/// <remarks>A hash table of the pairs of ends, in which each is the head of a chain of its replies.</remarks>
internal sealed unsafe class ReplyRuns : IDisposable
{
    private const int None = -1;

    private readonly Reply* _replies;
    private readonly Way* _ways;
    private readonly int* _table; // a way's index + 1; 0 is free
    private readonly int _mask;
    private int _count;
    private int _wayCount;
    private int _current; // the way of the last reply: mostly that of the next, too

    /// <summary>Makes room.</summary>
    /// <param name="capacity">The most replies in a batch.</param>
    public ReplyRuns(int capacity)
    {
        _replies = (Reply*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(Reply));
        _ways = (Way*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(Way));
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)capacity * 2); // half of it stays free, so a search ends soon
        _table = (int*)NativeMemory.AllocZeroed((nuint)size, sizeof(int));
        _mask = size - 1;
    }

    /// <summary>How many replies there are.</summary>
    public int Count => _count;

    /// <summary>How many pairs of ends there are.</summary>
    public int WayCount => _wayCount;

    /// <summary>Puts a reply behind the others of its way.</summary>
    public void Add(Libc.Buffer bytes, Ipv4Endpoint destination, Ipv4Address local)
    {
        var key = (ulong)destination.Address.Value << 16 | destination.Port;
        if (_wayCount == 0 || _ways[_current].Destination != key || _ways[_current].Local != local.Value)
            _current = FindOrAdd(key, local.Value);
        var reply = _count++;
        _replies[reply] = new Reply { Bytes = bytes, Next = None };
        ref var way = ref _ways[_current];
        if (way.First == None)
            way.First = reply;
        else
            _replies[way.Last].Next = reply;
        way.Last = reply;
    }

    /// <summary>Where the replies of a way go.</summary>
    public Ipv4Endpoint Destination(int way) =>
        new(new Ipv4Address((uint)(_ways[way].Destination >> 16)), (ushort)_ways[way].Destination);

    /// <summary>The address of ours that they leave from.</summary>
    public Ipv4Address Local(int way) => new(_ways[way].Local);

    /// <summary>Copies the replies of a way in their order, and returns how many there are.</summary>
    public int CopyTo(int way, Libc.Buffer* buffers)
    {
        var count = 0;
        for (var reply = _ways[way].First; reply != None; reply = _replies[reply].Next)
            buffers[count++] = _replies[reply].Bytes;
        return count;
    }

    /// <summary>Forgets all replies. Costs what there was, not what there may be.</summary>
    public void Clear()
    {
        for (var way = 0; way < _wayCount; way++)
            _table[_ways[way].Place] = 0;
        (_count, _wayCount) = (0, 0);
    }

    public void Dispose()
    {
        NativeMemory.Free(_replies);
        NativeMemory.Free(_ways);
        NativeMemory.Free(_table);
    }

    private int FindOrAdd(ulong destination, uint local)
    {
        var place = (int)((destination ^ ((ulong)local << 32)) * 0x9E3779B97F4A7C15 >> 32) & _mask;
        while (_table[place] != 0)
        {
            var way = _table[place] - 1;
            if (_ways[way].Destination == destination && _ways[way].Local == local)
                return way;
            place = (place + 1) & _mask;
        }

        _ways[_wayCount] = new Way { Destination = destination, Local = local, Place = place, First = None, Last = None };
        _table[place] = ++_wayCount;
        return _wayCount - 1;
    }

    private struct Reply
    {
        public Libc.Buffer Bytes;
        public int Next; // of the same way
    }

    private struct Way
    {
        public ulong Destination; // address and port
        public uint Local;
        public int Place;
        public int First;
        public int Last;
    }
}
