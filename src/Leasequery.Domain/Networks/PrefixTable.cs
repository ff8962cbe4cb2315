using Leasequery.Wire;

namespace Leasequery.Domain.Networks;

/// <summary>
/// Finds the most specific of a set of prefixes that an address lies in. Flattened into ranges that do not overlap when it
/// is built, so that a look-up is one binary search without allocation: it is on the way of every datagram.
/// </summary>
/// <typeparam name="T">What is attached to a prefix.</typeparam>
public sealed class PrefixTable<T>
    where T : class
{
    private readonly uint[] _starts; // of ranges that cover the whole address space, ascending
    private readonly T?[] _values;

    /// <summary>Builds the table.</summary>
    /// <exception cref="ArgumentException">A prefix occurs twice.</exception>
    public PrefixTable(IEnumerable<(Ipv4Prefix Prefix, T Value)> entries)
    {
        Entries = [.. entries.OrderBy(entry => entry.Prefix)];
        var starts = new List<uint> { 0 };
        var values = new List<T?> { null };
        var enclosing = new Stack<(Ipv4Prefix Prefix, T? Value)>();
        enclosing.Push((Ipv4Prefix.Parse("0.0.0.0/0"), null));
        for (var i = 0; i < Entries.Count; i++)
        {
            var (prefix, value) = Entries[i];
            if (i > 0 && Entries[i - 1].Prefix == prefix)
                throw new ArgumentException($"{prefix} is given twice");
            LeaveUntil(prefix.First.Value);
            Begin(prefix.First.Value, value);
            enclosing.Push((prefix, value));
        }

        LeaveUntil(ulong.MaxValue);
        _starts = [.. starts];
        _values = [.. values];

        // Prefixes are nested or apart, so when one is left its encloser's value goes on behind it.
        void LeaveUntil(ulong next)
        {
            while (enclosing.Count > 1 && enclosing.Peek().Prefix.Last.Value < next)
            {
                var left = enclosing.Pop().Prefix;
                if (left.Last.Value < uint.MaxValue)
                    Begin(left.Last.Value + 1, enclosing.Peek().Value);
            }
        }

        void Begin(uint start, T? value)
        {
            if (starts[^1] == start)
            {
                values[^1] = value;
                return;
            }

            starts.Add(start);
            values.Add(value);
        }
    }

    /// <summary>The prefixes, ascending.</summary>
    public IReadOnlyList<(Ipv4Prefix Prefix, T Value)> Entries { get; }

    /// <summary>What is attached to the most specific prefix around the address; null outside all.</summary>
    public T? Find(Ipv4Address address)
    {
        // No branch depends on the address: its outcome could not be predicted, and a wrong guess costs more than a step.
        var (starts, low) = (_starts, 0);
        for (var length = starts.Length; length > 1;)
        {
            var half = length / 2;
            low = starts[low + half] <= address.Value ? low + half : low;
            length -= half;
        }

        return _values[low];
    }
}
