using Akka.Serialization;
using Leasequery.Actors.Addresses;
using Leasequery.Domain.Bindings;
using Leasequery.Fill.Stores;
using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Fill;

/// <summary>
/// Writes the first event of each address, made from the generator's DHCPACK by the rules of gleaning. No actor, no fence: nobody
/// else is there.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="first">The first address.</param>
/// <param name="relay">giaddr of the messages.</param>
internal sealed class FillRun(EmptyStore store, Ipv4Address first, Ipv4Address relay)
{
    private const int MessageSize = 1024;
    private const uint LeaseSeconds = 7 * 86_400; // so that no lease ends while it is measured

    private static readonly OptionSet KeptOptions = OptionSet.Of(DhcpOption.SubnetMask, DhcpOption.Router); // as by default

    private readonly LeaseGrant _grant = new(relay, LeaseSeconds);
    private readonly byte[] _message = new byte[MessageSize];
    private readonly Serializer _serializer = store.Serialization.FindSerializerForType(typeof(LeaseBound));

    /// <summary>Writes so many bindings.</summary>
    public void Run(int count, CancellationToken cancellation) =>
        store.Target.Write(Enumerable.Range(0, count).Select(FirstEventOf), _serializer.Identifier, cancellation);

    private FirstEvent FirstEventOf(int index)
    {
        var address = new Ipv4Address(first.Value + (uint)index);
        var bound = Bind(address, (uint)index);
        return new FirstEvent(PersistenceIds.Of(address), _serializer.ToBinary(bound),
            Akka.Serialization.Serialization.ManifestFor(_serializer, bound));
    }

    private BindingEvent Bind(Ipv4Address address, uint transaction)
    {
        var length = _grant.Write(_message, address, transaction);
        return DhcpPacket.TryParse(_message.AsSpan(0, length), out var packet, out _)
            && Gleaning.Observe(packet, KeptOptions, out _) is { } observation
            && BindingRules.Decide(null, observation, (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds()) is { } bound
                ? bound
                : throw new InvalidOperationException($"nothing is gleaned of the grant for {address}");
    }
}
