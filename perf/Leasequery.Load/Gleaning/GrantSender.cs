using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Load.Gleaning;

/// <summary>Sends grants in bursts, at an even pace at most.</summary>
/// <param name="port">The socket.</param>
/// <param name="plan">What to send, and how fast.</param>
internal sealed class GrantSender(DatagramPort port, GleanPlan plan)
{
    /// <summary>By address: the default.</summary>
    public const string Ascending = "ascending";

    /// <summary>The orders of addresses by their names on the command line.</summary>
    public static readonly string[] Orders = [Ascending, "random"];

    /// <summary>Messages in one send: more at once would overflow a receive buffer of the kernel's usual size.</summary>
    public const int Burst = 32;

    // No earlier run used these transaction ids: otherwise its bindings would look like copies and nothing would be stored.
    private readonly uint _firstTransaction = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds() << 8;
    private readonly Random _random = new(1);

    /// <summary>How many were sent, in all rounds.</summary>
    public long Sent { get; private set; }

    /// <summary>All addresses of the plan, in its order; a random one is another in each round.</summary>
    public IEnumerable<Ipv4Address> Addresses
    {
        get
        {
            var numbers = Enumerable.Range(0, plan.Range.Count).ToArray();
            if (plan.Order != Ascending)
                _random.Shuffle(numbers);
            return numbers.Select(number => plan.Range[number]);
        }
    }

    /// <summary>
    /// Waits for a second to begin. Leases end on whole seconds, so the rounds can be told apart only when each has seconds of
    /// its own.
    /// </summary>
    public static void AwaitNewSecond()
    {
        var second = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        while (DateTimeOffset.UtcNow.ToUnixTimeSeconds() == second)
            Thread.Sleep(1);
    }

    /// <summary>Sends one for each address.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="round">The number of the round: every address has one transaction in each.</param>
    /// <param name="beforeBurst">Called before each burst; it may wait.</param>
    public void Send(IEnumerable<Ipv4Address> addresses, int round, Action beforeBurst)
    {
        var pace = new Pace(plan.Rate / Burst, Nanoclock.Now);
        foreach (var burst in addresses.Chunk(Burst))
        {
            beforeBurst();
            while (Nanoclock.Now < pace.NextAt)
                Thread.Sleep(TimeSpan.FromMilliseconds(1));
            pace.Take();
            foreach (var address in burst)
                port.Add(plan.Grant.Write(port.Next, address, _firstTransaction + (uint)round));
            port.Flush();
            Sent += burst.Length;
        }
    }
}
