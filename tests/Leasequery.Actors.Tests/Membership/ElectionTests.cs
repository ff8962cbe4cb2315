using Leasequery.Actors.Membership;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Membership;

/// <summary>
/// Nodes that start find one cluster. Time and network are the test's: calls reach whom the test lets them reach.
/// </summary>
public class ElectionTests
{
    private static readonly Ipv4Endpoint A = Endpoint("127.0.1.9:7450");
    private static readonly Ipv4Endpoint B = Endpoint("127.0.1.10:7450"); // behind A as a number, before it as a text
    private static readonly Ipv4Endpoint C = Endpoint("127.0.2.1:7450");
    private static readonly Ipv4Endpoint D = Endpoint("127.0.2.2:7450"); // no seed, nor are the next
    private static readonly Ipv4Endpoint E = Endpoint("127.0.2.3:7450");
    private static readonly Ipv4Endpoint Z = Endpoint("127.0.0.1:7450"); // before all others

    private static readonly Dictionary<char, Ipv4Endpoint> All = new()
    {
        ['A'] = A, ['B'] = B, ['C'] = C, ['D'] = D, ['E'] = E, ['Z'] = Z,
    };

    private readonly VirtualClock _clock = new();

    public static TheoryData<string, string> Networks => new() // links that work, who forms
    {
        { "AB AC BC", "A" },
        { "AB BC", "A" }, // A does not see C
        { "AC BC", "A" }, // A and B do not see each other, C has one vote
        { "BC", "B" }, // the first is dead
        { "AC", "A" },
        { "AB", "A" },
        { "", "" }, // nobody alone
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Of_the_nodes_that_are_there_one_forms_the_cluster(string links, string former)
    {
        var network = new Network(_clock, links);
        network.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(former, network.Formers);
    }

    [Fact]
    public void Nodes_that_start_one_after_the_other_form_one_cluster_whatever_the_order_and_the_time_between_them()
    {
        foreach (var order in new[] { "ABC", "ACB", "BAC", "BCA", "CAB", "CBA" })
            for (var between = 0; between <= 8000; between += 250)
            {
                var network = new Network(_clock, "AB AC BC", started: "");
                foreach (var name in order)
                {
                    network.Start(name);
                    network.Run(TimeSpan.FromMilliseconds(between));
                }

                network.Run(TimeSpan.FromSeconds(20));
                Assert.True(network.Formers.Length == 1, $"{order}, {between} ms between them: formed by '{network.Formers}'");
                Assert.Equal(3, network.Members);
            }
    }

    [Fact]
    public void Whatever_links_fail_and_come_back_there_are_never_two()
    {
        var random = new Random(4388); // a fixed seed: the same runs each time
        for (var run = 0; run < 300; run++)
        {
            var network = new Network(_clock, "AB AC BC", started: "");
            for (var step = 0; step < 40; step++)
            {
                network.Links = string.Join(' ', new[] { "AB", "AC", "BC" }.Where(_ => random.Next(3) > 0));
                if (random.Next(4) == 0)
                    network.Start("ABC"[random.Next(3)]);
                network.Run(TimeSpan.FromMilliseconds(random.Next(1500)));
            }

            Assert.True(network.Formers.Length <= 1, $"run {run}: formed by {network.Formers}");
        }
    }

    [Fact]
    public void Whatever_of_the_names_each_node_knows_when_there_are_never_two()
    {
        var random = new Random(1034);
        var formed = 0;
        for (var run = 0; run < 300; run++)
        {
            var network = new Network(_clock, "AB AC BC", started: "");
            for (var step = 0; step < 40; step++)
            {
                foreach (var name in "ABC") // its own it knows, or it would not begin
                    network.Known[name] = string.Concat("ABC".Where(other => other == name || random.Next(3) == 0));
                network.Start("ABC"[random.Next(3)]);
                network.Run(TimeSpan.FromMilliseconds(random.Next(1500)));
            }

            Assert.True(network.Formers.Length <= 1, $"run {run}: formed by {network.Formers}");
            formed += network.Formers.Length;
        }

        Assert.InRange(formed, 100, 300); // not by never forming any
    }

    [Theory] // cluster.nodes, which nodes see each other, how many clusters there are
    [InlineData(0, "AB BC AC", "DE", 1)] // the seeds alone
    [InlineData(0, "AD", "BC BE CE", 1)] // a room with a seed and another node, one with two seeds and another node
    [InlineData(0, "AD AE DE", "BC", 1)] // more nodes are on the side with fewer seeds
    [InlineData(0, "AD AE DE", "", 0)]
    [InlineData(5, "AD", "BC BE CE", 1)] // the operator counts all of them
    [InlineData(5, "AD AE DE", "BC", 1)]
    [InlineData(5, "BC", "DE", 0)]
    public void The_votes_of_nodes_that_are_no_seeds_count_only_where_they_are_counted_among_the_nodes(
        int nodes, string oneRoom, string otherRoom, int clusters)
    {
        var network = new Network(_clock, $"{oneRoom} {otherRoom}", started: "ABCDE", nodes);
        network.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(clusters, network.Formers.Length);
    }

    [Fact]
    public void A_node_that_is_no_seed_keeps_nobody_from_forming_also_when_its_address_is_the_lowest()
    {
        var network = new Network(_clock, "AB AC BC AZ BZ CZ", started: "ABCZ");
        network.Run(TimeSpan.FromSeconds(30));
        Assert.Equal("A", network.Formers);
        Assert.Equal(4, network.Members);
    }

    [Fact]
    public void A_node_that_is_to_be_alone_forms_after_it_has_listened()
    {
        var election = new Election(A, 1, _clock) { Seeds = new SeedsFound([A], []) };
        Assert.False(election.Decide().Forms);
        _clock.Advance(Election.ListenTime);
        Assert.True(election.Decide().Forms);
    }

    [Fact]
    public void Votes_are_forgotten_when_they_are_old()
    {
        var election = new Election(A, 0, _clock) { Seeds = new SeedsFound([A, B, C], []) };
        _clock.Advance(Election.ListenTime);
        election.OnPresent(B, _clock.GetTimestamp(), isMember: false, votes: true);
        Assert.True(election.Decide().Forms);
        _clock.Advance(Election.VoteTime / 2);
        Assert.False(election.Decide().Forms);
    }

    /// <summary>Nodes that call each other, as the roll call does but four times a second. A, B and C are seeds.</summary>
    private sealed class Network
    {
        private readonly VirtualClock _clock;
        private readonly int _nodes;
        private readonly Dictionary<char, Election> _looking = [];
        private readonly HashSet<char> _members = [];

        public Network(VirtualClock clock, string links, string started = "ABC", int nodes = 0)
        {
            (_clock, Links, _nodes) = (clock, links, nodes);
            foreach (var name in started)
                Start(name);
        }

        public string Links { get; set; }

        /// <summary>Which names of seeds each node can resolve; of the others it knows only that there are three.</summary>
        public Dictionary<char, string> Known { get; } = All.Keys.ToDictionary(name => name, _ => "ABC");

        public string Formers { get; private set; } = "";

        public int Members => _members.Count;

        public void Start(char name)
        {
            if (!_members.Contains(name))
                _looking.TryAdd(name, new Election(All[name], _nodes, _clock));
        }

        public void Run(TimeSpan time)
        {
            for (var end = _clock.Elapsed + time; _clock.Elapsed < end; _clock.Advance(TimeSpan.FromMilliseconds(250)))
                foreach (var name in All.Keys.Reverse().Where(_looking.ContainsKey).ToArray())
                    Step(name);
        }

        private SeedsFound SeedsOf(char name) => new(
            [.. Known[name].Select(known => All[known])],
            [.. "ABC".Except(Known[name]).Select(unknown => new SeedName($"{unknown}", 7450))]);

        private bool IsLinked(char one, char other) => Links.Contains($"{one}{other}") || Links.Contains($"{other}{one}");

        private void Step(char name)
        {
            var election = _looking[name];
            election.Seeds = SeedsOf(name);
            var calledAt = _clock.GetTimestamp();
            foreach (var other in All.Keys.Where(other => other != name && IsKnown(other) && IsLinked(name, other)))
            {
                if (_members.Contains(other))
                    election.OnPresent(All[other], calledAt, isMember: true, votes: false);
                else if (_looking.TryGetValue(other, out var voter))
                    election.OnPresent(All[other], calledAt, isMember: false, voter.OnCall(All[name]));
            }

            var result = election.Decide();
            if (result is { Seeds.Count: 0, Forms: false })
                return;
            if (result.Forms)
                Formers += name;
            _looking.Remove(name);
            _members.Add(name);

            bool IsKnown(char other) => Known[name].Contains(other) || election.Heard.Contains(All[other]);
        }
    }
}
