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
    private static readonly Ipv4Endpoint[] All = [A, B, C];

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

    [Fact]
    public void A_node_that_is_to_be_alone_forms_after_it_has_listened()
    {
        var election = new Election(A, _clock);
        Assert.False(election.Decide(1).Forms);
        _clock.Advance(Election.ListenTime);
        Assert.True(election.Decide(1).Forms);
    }

    [Fact]
    public void Votes_are_forgotten_when_they_are_old()
    {
        var election = new Election(A, _clock);
        _clock.Advance(Election.ListenTime);
        election.OnPresent(B, _clock.GetTimestamp(), isMember: false, votes: true);
        _clock.Advance(Election.VoteTime / 2);
        Assert.False(election.Decide(3).Forms);
    }

    /// <summary>Three nodes that call each other twice a second, as the roll call does.</summary>
    private sealed class Network(VirtualClock clock, string links, string started = "ABC")
    {
        private readonly Dictionary<char, Election> _looking =
            started.ToDictionary(name => name, name => new Election(All[name - 'A'], clock));
        private readonly HashSet<char> _members = [];

        public string Links { get; set; } = links;

        /// <summary>Which names each node can resolve; of the others it knows only that there are three.</summary>
        public Dictionary<char, string> Known { get; } = "ABC".ToDictionary(name => name, _ => "ABC");

        public string Formers { get; private set; } = "";

        public int Members => _members.Count;

        public void Start(char name)
        {
            if (!_members.Contains(name))
                _looking.TryAdd(name, new Election(All[name - 'A'], clock));
        }

        public void Run(TimeSpan time)
        {
            for (var end = clock.Elapsed + time; clock.Elapsed < end; clock.Advance(TimeSpan.FromMilliseconds(250)))
                foreach (var name in "CBA".Where(_looking.ContainsKey).ToArray())
                    Step(name);
        }

        private SeedsFound SeedsOf(char name) => new(
            [.. Known[name].Select(known => All[known - 'A'])],
            [.. "ABC".Except(Known[name]).Select(unknown => new SeedName($"{unknown}", 7450))]);

        private bool IsLinked(char one, char other) => Links.Contains($"{one}{other}") || Links.Contains($"{other}{one}");

        private void Step(char name)
        {
            var election = _looking[name];
            var calledAt = clock.GetTimestamp();
            foreach (var other in "ABC".Where(other => other != name && IsKnown(other) && IsLinked(name, other)))
            {
                if (_members.Contains(other))
                    election.OnPresent(All[other - 'A'], calledAt, isMember: true, votes: false);
                else if (_looking.TryGetValue(other, out var voter))
                    election.OnPresent(All[other - 'A'], calledAt, isMember: false, voter.OnCall(All[name - 'A']));
            }

            var result = election.Decide(SeedsOf(name).NodesToBe(0));
            if (result is { Seeds.Count: 0, Forms: false })
                return;
            if (result.Forms)
                Formers += name;
            _looking.Remove(name);
            _members.Add(name);

            bool IsKnown(char other) => Known[name].Contains(other) || election.Heard.Contains(All[other - 'A']);
        }
    }
}
