using Leasequery.Actors.Membership;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Membership;

/// <summary>Two clusters of the same nodes hear each other. Time and network are the test's.</summary>
public class RivalsTests
{
    private static readonly TimeSpan Call = TimeSpan.FromMilliseconds(500);

    private readonly VirtualClock _clock = new();

    // A to E by address, as numbers; 127.0.1.10 is before 127.0.1.9 as a text.
    private static readonly Dictionary<char, Ipv4Endpoint> Nodes =
        "ABCDE".ToDictionary(name => name, name => Endpoint($"127.0.1.{name - 'A' + 8}:7450"));

    [Theory] // seeds, cluster.nodes, one cluster, the other one, which of them ends
    [InlineData("ABC", 0, "A", "BC", "A")] // was left alone with the lowest address, while the others formed theirs
    [InlineData("ABC", 0, "C", "AB", "C")]
    [InlineData("ABCDE", 0, "AB", "CDE", "AB")]
    [InlineData("ABCDE", 0, "A", "B", "B")] // neither has a majority: the lowest address goes on
    [InlineData("ABCDE", 0, "AE", "BC", "BC")]
    [InlineData("ABCD", 0, "AB", "CD", "CD")]
    [InlineData("ABCDE", 2, "AC", "BDE", "BDE")] // both have, as too few nodes are set
    [InlineData("ABC", 0, "ADE", "BC", "ADE")] // who is no seed does not count
    [InlineData("ABC", 5, "ADE", "BC", "BC")] // unless all nodes are counted
    [InlineData("ABC", 0, "DE", "ABC", "DE")]
    public void One_of_two_clusters_ends_and_the_other_one_goes_on(string seeds, int nodes, string one, string other, string ends)
    {
        var network = new Network(_clock, seeds, nodes, [one, other]);
        network.Run(TimeSpan.FromMinutes(2));
        Assert.Equal(ends, network.Ended);
    }

    [Fact]
    public void So_it_is_whoever_hears_the_other_first_and_in_whatever_order_they_do()
    {
        var random = new Random(75); // a fixed seed: the same runs each time
        for (var run = 0; run < 300; run++)
        {
            var names = "ABCDE".ToCharArray();
            random.Shuffle(names);
            var split = random.Next(1, 5);
            var (one, other) = (new string(names[..split]), new string(names[split..]));
            var network = new Network(_clock, "ABCDE", 0, [one, other]);
            var begins = names.ToDictionary(name => name, _ => _clock.Elapsed + TimeSpan.FromMilliseconds(random.Next(1500)));
            network.HearsFrom = name => begins[name];
            network.Run(TimeSpan.FromMinutes(2));
            var smaller = one.Length > other.Length ? other : one;
            Assert.Equal(string.Concat(smaller.Order()), network.Ended);
        }
    }

    [Fact]
    public void Nobody_ends_for_a_moment_in_which_a_node_is_member_and_does_not_know_another()
    {
        var rivals = new Rivals(0, _clock);
        for (var moment = 0; moment < 10; moment++)
        {
            for (var waited = TimeSpan.Zero; waited < Rivals.Patience; waited += Call)
            {
                Hear(rivals, isRival: true);
                Assert.Empty(EndsFor(rivals));
                _clock.Advance(Call);
            }

            Hear(rivals, isRival: false); // it knows this node, or has ended
            Assert.Empty(EndsFor(rivals));
        }
    }

    [Fact]
    public void Time_in_which_nothing_was_heard_does_not_count()
    {
        var rivals = new Rivals(0, _clock);
        for (var moment = 0; moment < 10; moment++)
        {
            Hear(rivals, isRival: true);
            Assert.Empty(EndsFor(rivals));
            _clock.Advance(Rivals.Patience); // one of the two stood still
        }
    }

    [Fact]
    public void Who_has_become_a_member_of_the_same_cluster_is_no_rival()
    {
        var rivals = new Rivals(0, _clock);
        for (var waited = TimeSpan.Zero; waited < Rivals.Patience * 2; waited += Call)
        {
            Hear(rivals, isRival: true);
            _clock.Advance(Call);
        }

        Assert.Equal([Nodes['A']], EndsFor(rivals));
        Assert.Empty(rivals.MakeRoomFor([Nodes['A'], Nodes['C']], Seeds("ABC")));
    }

    private static void Hear(Rivals rivals, bool isRival) => rivals.OnPresent(Nodes['A'], isRival);

    private static IReadOnlyList<Ipv4Endpoint> EndsFor(Rivals rivals) => rivals.MakeRoomFor([Nodes['C']], Seeds("ABC"));

    private static SeedsFound Seeds(string names) => new([.. names.Select(name => Nodes[name])], []);

    /// <summary>Members of several clusters that call the seeds which are in another one, as the roll call does.</summary>
    private sealed class Network(VirtualClock clock, string seeds, int nodes, string[] clusters)
    {
        private readonly Dictionary<char, Rivals> _rivals = string.Concat(clusters).ToDictionary(
            name => name, _ => new Rivals(nodes, clock));

        /// <summary>From when on a node hears what others answer.</summary>
        public Func<char, TimeSpan> HearsFrom { get; set; } = _ => TimeSpan.Zero;

        public string Ended { get; private set; } = "";

        public void Run(TimeSpan time)
        {
            for (var end = clock.Elapsed + time; clock.Elapsed < end; clock.Advance(Call))
                foreach (var name in _rivals.Keys.Except(Ended).Where(name => HearsFrom(name) <= clock.Elapsed).ToArray())
                    Step(name);
            Ended = string.Concat(Ended.Order());
        }

        private void Step(char name)
        {
            var own = Array.Find(clusters, cluster => cluster.Contains(name))!;
            foreach (var other in seeds.Except(own).Where(_rivals.ContainsKey))
                if (!Ended.Contains(other))
                    _rivals[name].OnPresent(Nodes[other], isRival: true);
            var up = own.Except(Ended).Select(member => Nodes[member]).ToArray();
            if (_rivals[name].MakeRoomFor(up, Seeds(seeds)).Count > 0)
                Ended += name;
        }
    }
}
