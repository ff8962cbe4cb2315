using System.Numerics;
using Leasequery.Wire;

namespace Leasequery.Load.Asking;

/// <summary>A query that waits for its answer.</summary>
/// <param name="Address">What was asked.</param>
/// <param name="MeantAt">When it was meant to be sent; latency counts from here.</param>
internal readonly record struct OpenQuery(Ipv4Address Address, long MeantAt);

/// <summary>
/// The queries that wait for answers, at most a window of them. The transaction id holds the place of the query and how often the
/// place was used, so that an answer finds its query without a search, and an answer that comes too late is known as such.
/// </summary>
internal sealed class Outstanding
{
    /// <summary>
    /// Never set in the transaction id of a query: whoever sends other messages beside sets it, and knows their replies.
    /// </summary>
    public const uint NotQuery = 0x8000_0000;

    private readonly OpenQuery[] _queries;
    private readonly uint[] _transactions;
    private readonly bool[] _isOpen;
    private readonly Stack<int> _free;
    private readonly int _placeBits;

    /// <summary>Makes room for a window.</summary>
    public Outstanding(int window)
    {
        _queries = new OpenQuery[window];
        _transactions = new uint[window];
        _isOpen = new bool[window];
        _free = new Stack<int>(Enumerable.Range(0, window));
        _placeBits = BitOperations.Log2((uint)window) + 1;
    }

    /// <summary>How many wait.</summary>
    public int Count => _queries.Length - _free.Count;

    /// <summary>True when another one may be sent.</summary>
    public bool HasRoom => HasRoomFor(1);

    /// <summary>True when so many more may be sent.</summary>
    public bool HasRoomFor(int queries) => _free.Count >= queries;

    /// <summary>Takes a place, and returns the query's transaction id. There is room.</summary>
    public uint Add(in OpenQuery query)
    {
        var place = _free.Pop();
        _queries[place] = query;
        _isOpen[place] = true;
        var uses = (_transactions[place] >> _placeBits) + 1;
        return _transactions[place] = (uses << _placeBits | (uint)place) & ~NotQuery;
    }

    /// <summary>
    /// Frees the place of an answered query. False when none waits under this number: late, twice, never asked.
    /// </summary>
    public bool TryRemove(uint transaction, out OpenQuery query)
    {
        var place = (int)(transaction & (1u << _placeBits) - 1);
        var waits = place < _queries.Length && _isOpen[place] && _transactions[place] == transaction;
        query = waits ? _queries[place] : default;
        if (waits)
            Free(place);
        return waits;
    }

    /// <summary>Gives up what was meant to be sent before a time.</summary>
    public void RemoveOlder(long time, Action<OpenQuery> giveUp)
    {
        for (var place = 0; place < _queries.Length; place++)
        {
            if (!_isOpen[place] || _queries[place].MeantAt >= time)
                continue;
            Free(place);
            giveUp(_queries[place]);
        }
    }

    private void Free(int place)
    {
        _isOpen[place] = false;
        _free.Push(place);
    }
}
