using System.Net;
using Akka.Configuration;
using Akka.Hosting;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Leasequery.Actors.Tests.Upstream;

/// <summary>The service as it is hosted: a cluster of one, a DHCP server on the loopback, real time.</summary>
public sealed class UpstreamServiceTests : IAsyncLifetime, IDisposable
{
    private readonly UpstreamPeer _server = new();
    private readonly UpstreamPeer _requestor = new();
    private readonly IHost _host;
    private EndPoint _service = new IPEndPoint(IPAddress.None, 0);

    public UpstreamServiceTests()
    {
        var settings = LeasequerySettings.From(ConfigurationFactory.ParseString(
            $$"""
            leasequery {
              networks = ["10.1.0.0/16"]
              requestors = [{ prefix = "127.0.0.0/8", reply-port = "source" }]
              ingress.listen = ["127.0.0.1:0"]
              addresses { shards = 2, passivate-after = 1 s }
              upstream.servers = [{ address = "127.0.0.1:{{_server.Port}}" }]
            }
            akka.loglevel = OFF
            """));
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IBindingArchive, EmptyArchive>();
        builder.Services.AddLeasequeryActors(settings, (akka, _) =>
            akka.AddHocon("akka.persistence.journal.plugin = akka.persistence.journal.inmem", HoconAddMode.Prepend));
        _host = builder.Build();
    }

    private LeasequeryMetrics Metrics => _host.Services.GetRequiredService<LeasequeryMetrics>();

    private ServerCounters Counters => Metrics.AddServer($"127.0.0.1:{_server.Port}");

    public async Task InitializeAsync()
    {
        await _host.StartAsync();
        var endpoints = await _host.Services.GetRequiredService<Readiness>().WaitAsync();
        _service = new IPEndPoint(IPAddress.Loopback, endpoints[0].Port);
    }

    public Task DisposeAsync() => _host.StopAsync();

    public void Dispose()
    {
        _host.Dispose();
        _server.Dispose();
        _requestor.Dispose();
    }

    [Fact]
    public void What_was_not_gleaned_is_asked_once_and_then_answered_from_the_table_N50()
    {
        Ask("10.1.2.3", xid: 1);
        var query = _server.Receive();
        Assert.Equal((10, Ipv4Address.Parse("10.1.2.3")), (query.Type, query.Address));
        Ask("10.1.2.3", xid: 2); // joins
        _server.Send(DhcpOpCode.BootReply, 13, query.Address, query.Xid + 1, query.From, 3600); // somebody guesses
        _server.Send(DhcpOpCode.BootReply, 13, query.Address, query.Xid, query.From, 3600);
        Assert.Equal([(13, 1u), (13, 2u)], Answers(2));

        Ask("10.1.2.3", xid: 3);
        Assert.Equal([(13, 3u)], Answers(1));
        Ask("10.1.2.4", xid: 4); // now that it supports leasequery the next one is asked at once
        query = _server.Receive();
        _server.Send(DhcpOpCode.BootReply, 12, query.Address, query.Xid, query.From);
        Assert.Equal([(12, 4u)], Answers(1));
        Ask("10.1.2.4", xid: 5); // N44
        Assert.Equal([(12, 5u)], Answers(1));

        Assert.Equal((2, 1, 1, true), (Counters.Packets, Counters.DroppedReplies, Counters.FromCache, Counters.IsSupporting));
        Assert.Equal((1, 1), (Counters.Count(ServerVerdict.Leased), Counters.Count(ServerVerdict.NotManaged)));
        Assert.False(_server.HasDatagram);
    }

    [Fact] // an actor leaves after an idle second: here those that are answered, but not the one that waits
    public void Who_waits_longer_than_an_idle_actor_lives_gets_its_answer_and_the_server_no_second_query()
    {
        Ask("10.1.2.3", xid: 1);
        var first = _server.Receive(); // with its reply the server supports leasequery, so that the others are no polls
        _server.Send(DhcpOpCode.BootReply, 11, first.Address, first.Xid, first.From);
        Assert.Equal([(11, 1u)], Answers(1));
        Ask("10.1.2.4", xid: 2);
        var slow = _server.Receive();
        Ask("10.1.2.5", xid: 3);
        var quick = _server.Receive();
        _server.Send(DhcpOpCode.BootReply, 11, quick.Address, quick.Xid, quick.From);
        Assert.Equal([(11, 3u)], Answers(1));

        Assert.True(SpinWait.SpinUntil(() => Metrics.LiveAddressActors == 1, Support.Some.Patience), "idle actors stay");
        _server.Send(DhcpOpCode.BootReply, 13, slow.Address, slow.Xid, slow.From, 3600);
        Assert.Equal([(13, 2u)], Answers(1));
        Assert.Equal(3, Counters.Packets - Counters.Retries);
    }

    private void Ask(string address, uint xid) =>
        _requestor.Send(DhcpOpCode.BootRequest, 10, Ipv4Address.Parse(address), xid, _service);

    private IEnumerable<(int Type, uint Xid)> Answers(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => _requestor.Receive()).Select(answer => ((int)answer.Type, answer.Xid))
            .OrderBy(answer => answer.Xid)];

    private sealed class EmptyArchive : IBindingArchive
    {
        public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
            CancellationToken stop) => Task.CompletedTask;
    }
}
