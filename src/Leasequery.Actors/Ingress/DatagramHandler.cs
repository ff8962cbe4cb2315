using System.Collections.Frozen;
using Akka.Actor;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Actors.Upstream;
using Leasequery.Domain.Bindings;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Ingress;

/// <summary>
/// What all datagram loops share: what is configured, what is known, and whom to tell the rest.
/// </summary>
/// <param name="Settings">The settings.</param>
/// <param name="Table">What is settled.</param>
/// <param name="Store">Whether gleaned messages can be stored.</param>
/// <param name="Questions">Bounds the questions to actors.</param>
/// <param name="Gleaning">Bounds the gleaned messages on their way into the store.</param>
/// <param name="Touch">Whether this node may speak for its cluster.</param>
internal sealed record IngressContext(LeasequerySettings Settings, LocationTable Table, StoreHealth Store,
    AdmissionGate Questions, AdmissionGate Gleaning, Touch Touch)
{
    /// <summary>Which node to ask about a shard that is not here.</summary>
    public ShardOwners Owners { get; init; } = new(Table.Shards.Count);

    /// <summary>On which way gleaned messages are.</summary>
    public DeliveryWays Ways { get; } = new(Gleaning);
}

/// <summary>Who sends what is collected for other nodes.</summary>
/// <param name="Questions">The questions.</param>
/// <param name="Observations">What was gleaned.</param>
internal sealed record Forwarders(IActorRef Questions, IActorRef Observations)
{
    /// <summary>None: there are no other nodes.</summary>
    public static readonly Forwarders None = new(ActorRefs.Nobody, ActorRefs.Nobody);
}

/// <summary>
/// What becomes of one datagram: parsed in place, classified, then answered from the table, asked of the node that owns its
/// address or of the actor of its address, or dropped and counted. One handler a loop. A query that the table settles allocates
/// nothing.
/// </summary>
internal sealed class DatagramHandler(IngressContext context, IActorRef addresses, IActorRef servers, IActorRef ingress,
    Forwarders forwarders, DatagramCounters counters)
{
    private readonly LeasequerySettings _settings = context.Settings;
    private readonly FrozenDictionary<Ipv4Endpoint, string> _servers =
        context.Settings.Upstream.Servers.ToFrozenDictionary(server => server.Endpoint, server => server.Name);
    private readonly SettledLocations _settled = new(context.Table, context.Settings.Upstream.HasServers);
    private readonly QuestionBatches _questions = new(context.Questions, forwarders.Questions, counters);
    private readonly ObservationBatches _observations = new(forwarders.Observations, counters);

    /// <summary>
    /// Whether datagrams may be handled at all, to be asked once a batch. Not while nobody has confirmed lately that this node
    /// is part of its cluster: others may own its addresses by now and know better, and what it would glean they would not hear
    /// of.
    /// </summary>
    public bool IsInTouch => context.Touch.Holds;

    /// <summary>Counts a datagram that came while the node was out of touch.</summary>
    public void DropOutOfTouch() => Drop(DatagramKind.Other, IngressDrop.OutOfTouch);

    /// <summary>Handles a datagram; returns the length of the reply that was written, or 0.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="asked">The endpoint of ours that it came to.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="reply">Room for a reply, <see cref="LeasequeryReply.MaxSize"/> bytes.</param>
    /// <param name="destination">Where the reply goes.</param>
    public int Handle(ReadOnlySpan<byte> datagram, Ipv4Endpoint source, Ipv4Endpoint asked, uint now, Span<byte> reply,
        out Ipv4Endpoint destination)
    {
        destination = default;
        if (!DhcpPacket.TryParse(datagram, out var packet, out var error))
            return Drop(DatagramKind.Other, error);
        if (packet.OpCode == DhcpOpCode.BootReply && _servers.TryGetValue(source, out var server) && ServerReply.Is(packet))
            return TellServer(server, packet);
        if (packet.MessageType <= DhcpMessageType.ForceRenew)
            return Glean(packet, source);
        return packet.OpCode == DhcpOpCode.BootRequest
            ? Answer(packet, source, asked, now, reply, out destination)
            : Drop(DatagramKind.Reply, IngressDrop.UnsolicitedReply);
    }

    /// <summary>Sends what was collected for other nodes since the last time.</summary>
    public void Flush()
    {
        _questions.Flush();
        _observations.Flush();
    }

    /// <summary>Where the record is that a datagram asks for, for <see cref="LocationTable.Fetch"/>. Any bytes will do.</summary>
    public nint PlaceOf(ReadOnlySpan<byte> datagram) =>
        DhcpPacket.TryPeekClientAddress(datagram, out var address) ? context.Table.PlaceOf(address) : 0;

    private int Answer(in DhcpPacket packet, Ipv4Endpoint source, Ipv4Endpoint asked, uint now, Span<byte> reply,
        out Ipv4Endpoint destination)
    {
        destination = default;
        var refusal = LeasequeryRequest.TryRead(packet, out var request);
        var profile = _settings.Requestors.Find(source.Address);
        if (profile is null)
            return Drop(DatagramKind.Other, IngressDrop.UnknownSource);
        if (refusal == LeasequeryRefusal.NoRelayAddress)
            return Drop(DatagramKind.Query, refusal);
        if (request.RelayAddress != source.Address) // most requestors ask for themselves: then it is the profile already
            profile = _settings.Requestors.Find(request.RelayAddress);
        if (profile is null)
            return Drop(DatagramKind.Query, IngressDrop.UnknownRelay);
        if (!profile.TryGetDialect(packet.MessageType, out var dialect))
            return Drop(DatagramKind.Other, IngressDrop.UnknownMessageType);
        if (refusal != LeasequeryRefusal.None)
            return Drop(DatagramKind.Query, refusal);

        counters.Received(DatagramKind.Query);
        destination = profile.ReplyTo(request, source);
        if (!TrySettle(request.Address, now, out var answer))
        {
            Ask(new Question(request, dialect, destination, asked));
            return 0;
        }

        counters.SettledByTable();
        counters.Answered(dialect, answer.Outcome);
        return LeasequeryReply.Write(reply, request, dialect, answer, now, asked.Address);
    }

    private bool TrySettle(Ipv4Address address, uint now, out LeasequeryAnswer answer)
    {
        if (!_settings.Networks.Contains(address))
        {
            answer = Answering.NotManaged;
            return true;
        }

        if (_settings.StaticDevices.Count > 0 && _settings.StaticDevices.TryGetValue(address, out var device))
        {
            answer = device.Answer();
            return true;
        }

        return _settled.TrySettle(address, now, out answer);
    }

    // Apart from Answer, so that the settled path does not pay for what only this one allocates.
    private void Ask(in Question question)
    {
        var shard = context.Table.Shards.ShardOf(question.Request.Address);
        if (!context.Table.Holds(shard))
        {
            if (context.Owners.LookUpOf(shard) is { } owner)
            {
                _questions.Add(owner, question);
                return;
            }

            context.Owners.Want(); // until it is known, sharding finds the way
        }

        if (!context.Questions.TryEnter(out var ticket))
        {
            counters.Dropped(IngressDrop.Shed);
            return;
        }

        counters.AskedActor();
        addresses.Tell(question.ToLocate(ticket), ingress);
    }

    private int TellServer(string server, DhcpPacket packet)
    {
        counters.Received(DatagramKind.Reply);
        servers.Tell(new ServerProtocol.Replied(server, ServerReply.Read(packet, _settings.KeptOptions)), ingress);
        return 0;
    }

    private int Glean(DhcpPacket packet, Ipv4Endpoint source)
    {
        var relays = _settings.Relays;
        if (!relays.Contains(source.Address))
            return Drop(DatagramKind.Other, IngressDrop.UnknownSource);
        if (!packet.RelayAddress.IsUnspecified && !relays.Contains(packet.RelayAddress))
            return Drop(DatagramKind.Dhcp, IngressDrop.UnknownRelay);
        if (Gleaning.Observe(packet, _settings.KeptOptions, out var skip) is not { } observation)
            return Drop(DatagramKind.Dhcp, skip);
        if (!_settings.Networks.Contains(observation.Address))
            return Drop(DatagramKind.Dhcp, IngressDrop.OutsideNetworks);
        if (_settings.StaticDevices.ContainsKey(observation.Address))
            return Drop(DatagramKind.Dhcp, IngressDrop.StaticAddress);
        if (!context.Store.Admits())
            return Drop(DatagramKind.Dhcp, IngressDrop.StoreUnavailable);
        if (!context.Gleaning.TryEnter(out var ticket))
            return Drop(DatagramKind.Dhcp, IngressDrop.Shed);
        counters.Received(DatagramKind.Dhcp);
        if (context.Ways.Enter(observation.Address, TakerOf(observation.Address), ticket) is { Delivery: { } taker })
            _observations.Add(taker, observation, ticket);
        else
            addresses.Tell(new AddressProtocol.Glean(observation, ticket), ingress);
        return 0;
    }

    // The node that takes in batches what is gleaned of an address; null for this one, and where sharding has to find the way.
    private ShardOwner? TakerOf(Ipv4Address address)
    {
        var shard = context.Table.Shards.ShardOf(address);
        if (context.Table.Holds(shard))
            return null;
        var owner = context.Owners.Find(shard);
        if (owner is null)
            context.Owners.Want();
        return owner?.Delivery is null ? null : owner;
    }

    private int Drop(DatagramKind kind, DropReason reason)
    {
        counters.Received(kind);
        counters.Dropped(reason);
        return 0;
    }
}
