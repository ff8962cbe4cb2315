using Leasequery.Actors.Monitoring;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.BadInput;

/// <summary>One service, and every kind of datagram that it should drop.</summary>
public sealed class BadDatagramSpec(BadDatagramSpec.Target target) : IClassFixture<BadDatagramSpec.Target>
{
    /// <summary>Reasons that no single datagram can cause; the name of what shows them.</summary>
    static readonly Dictionary<string, string> ShownElsewhere = new()
    {
        ["shed"] = "the specs of AdmissionGate: it takes more load than this machine gives",
        ["servers-silent"] = nameof(Upstream.SilentServersSpec),
        ["store-unavailable"] = nameof(Durability.StoreTroubleSpec),
        ["out-of-touch"] = $"the specs of DatagramLoop, and {nameof(Cluster.MembershipSpec)}: it takes a node without a majority",
        ["answered-late"] = "the specs of IngressActor: it takes another node that is slow",
        ["receive-buffer-full"] = "the specs of DatagramLoop, which leave a small buffer unread",
        ["send-failed"] = "a kernel that refuses to send, which nobody here can make it do",
        ["internal-error"] = "never, as NoiseSpec shows",
    };

    [Theory]
    [MemberData(nameof(BadDatagram.Names), MemberType = typeof(BadDatagram))]
    public async Task is_counted_under_its_own_reason_and_the_service_goes_on(string name)
    {
        var bad = BadDatagram.All.Single(bad => $"{bad.Reason}: {bad.What}" == name);
        var before = await target.Service.Monitoring.ReadAsync();
        using var sender = new Requestor(bad.From);

        sender.Send(bad.Bytes, target.Service.Endpoint);
        var known = new Home(1);
        known.AssertLeased(await target.Requestor.AskAsync(known.Query(), target.Service.Endpoint));

        var after = await target.Service.Monitoring.ShowsAsync(
            metrics => metrics.Datagrams >= before.Datagrams + 2, "the bad datagram and the query to be counted");
        Assert.Equal([(bad.Reason, 1L)], after.Drops
            .Select(drop => (drop.Key, Count: drop.Value - before.Drops[drop.Key]))
            .Where(drop => drop.Count != 0));
    }

    [Fact]
    public void every_reason_has_its_row() => Assert.Equal(
        DropReason.All.Select(reason => reason.Label).Order(StringComparer.Ordinal),
        BadDatagram.All.Select(bad => bad.Reason).Concat(ShownElsewhere.Keys).Distinct().Order(StringComparer.Ordinal));

    /// <summary>A service that knows one home, for all rows.</summary>
    public sealed class Target : IAsyncLifetime
    {
        readonly TempFolder _folder = new("store");

        /// <summary>It.</summary>
        public LeasequeryProcess Service { get; private set; } = null!;

        /// <summary>Who may ask it.</summary>
        public Requestor Requestor { get; } = new();

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            Service = await LeasequeryProcess.StartAsync(new ServeSettings(_folder.Path)
                .With("leasequery.static-devices", $$"""[{ address = "{{BadDatagram.StaticAddress}}" }]"""));
            Requestor.Send(new Home(1).Ack, Service.Endpoint);
            await Service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == 1, "a home to be known");
        }

        /// <inheritdoc/>
        public Task DisposeAsync()
        {
            Service?.Dispose();
            Requestor.Dispose();
            _folder.Dispose();
            return Task.CompletedTask;
        }
    }
}
