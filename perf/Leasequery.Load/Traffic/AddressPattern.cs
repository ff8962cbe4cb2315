using Leasequery.Wire;

namespace Leasequery.Load.Traffic;

/// <summary>Which addresses come next; false when there are no more.</summary>
internal interface IAddressSource
{
    bool TryNext(out Ipv4Address address);
}

/// <summary>Patterns of addresses in a range, without end.</summary>
internal static class AddressPattern
{
    /// <summary>Their names on the command line.</summary>
    public static readonly string[] Names = ["uniform", "zipf", "scan"];

    /// <summary>A pattern by its name. The same seed gives the same addresses.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="range">The addresses.</param>
    /// <param name="seed">Of the random ones.</param>
    /// <param name="part">Which of several that go on at the same time: scans start in different places.</param>
    /// <param name="parts">How many go on at the same time.</param>
    public static IAddressSource Create(string name, AddressRange range, int seed, int part = 0, int parts = 1) => name switch
    {
        "uniform" => new Uniform(range, new Random(seed)),
        "zipf" => new Zipf(range, new Random(seed)),
        "scan" => new Scan(range, (int)((long)range.Count * part / parts)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such pattern"),
    };

    private sealed class Uniform(AddressRange range, Random random) : IAddressSource
    {
        public bool TryNext(out Ipv4Address address)
        {
            address = range[random.Next(range.Count)];
            return true;
        }
    }

    /// <summary>
    /// Zipf with exponent 1: the n-th most wanted address is asked for in proportion to 1/n. Its distribution function is
    /// log(n)/log(N), so one power inverts it. The most wanted ones are strewn over the range, as busy subscribers are.
    /// </summary>
    private sealed class Zipf(AddressRange range, Random random) : IAddressSource
    {
        private const uint Prime = 2_654_435_761; // no common factor with a count below it, so no two ranks share an address

        public bool TryNext(out Ipv4Address address)
        {
            var rank = (ulong)Math.Min(range.Count - 1, Math.Pow(range.Count + 1.0, random.NextDouble()) - 1);
            address = range[(int)(rank * Prime % (ulong)range.Count)];
            return true;
        }
    }

    private sealed class Scan(AddressRange range, int first) : IAddressSource
    {
        private int _next = first;

        public bool TryNext(out Ipv4Address address)
        {
            address = range[_next];
            _next = (_next + 1) % range.Count;
            return true;
        }
    }
}

/// <summary>Each of these once.</summary>
internal sealed class EachOnce(IReadOnlyList<Ipv4Address> addresses) : IAddressSource
{
    private int _next;

    public bool TryNext(out Ipv4Address address)
    {
        var isLeft = _next < addresses.Count;
        address = isLeft ? addresses[_next++] : default;
        return isLeft;
    }
}
