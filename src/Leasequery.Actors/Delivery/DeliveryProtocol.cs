using Leasequery.Actors.Addresses;
using Leasequery.Actors.Forwarding;
using Leasequery.Wire;

namespace Leasequery.Actors.Delivery;

/// <summary>A message between the ingress of a node and the delivery actor of another.</summary>
internal interface IDeliveryMessage;

/// <summary>
/// The conversation with the delivery actor of the node that owns a shard:
/// <code>
/// Observations --> Taken                 all of them are with their address actors; the next ones may come
///              --> Results               what came of them, as it comes, many in one message
///              --> LookUpProtocol.Moved  the shard is not there (any more); what was delivered goes on through sharding
/// </code>
/// </summary>
internal static class DeliveryProtocol
{
    /// <summary>Many observations, each as <see cref="ObservationCodec"/> writes it.</summary>
    public sealed class Observations(byte[] bytes) : Batch(bytes), IDeliveryMessage
    {
        /// <exception cref="InvalidDataException">The bytes are none.</exception>
        public static Observations Read(byte[] bytes)
        {
            var rest = CheckHead(bytes, out var count);
            for (; count > 0; count--)
                if (!ObservationCodec.TryTake(ref rest, out _))
                    throw NotOurs(bytes);
            return rest.IsEmpty ? new Observations(bytes) : throw NotOurs(bytes);
        }
    }

    /// <summary>A message with observations has arrived.</summary>
    public sealed record Taken : IDeliveryMessage
    {
        public static readonly Taken Instance = new();
    }

    /// <summary>What came of observations that came in with one ticket. Entries of version 1: address (4), result.</summary>
    public sealed class Results(byte[] bytes) : Batch(bytes), IDeliveryMessage
    {
        /// <summary>The size of an entry.</summary>
        public const int EntrySize = 5;

        /// <exception cref="InvalidDataException">The bytes are none.</exception>
        public static Results Read(byte[] bytes)
        {
            var rest = CheckHead(bytes, out var count);
            if (rest.Length != count * EntrySize)
                throw NotOurs(bytes);
            for (; count > 0; count--)
                if (!Enum.IsDefined(Take(ref rest).Result))
                    throw NotOurs(bytes);
            return new Results(bytes);
        }

        /// <summary>Writes an entry and returns its size.</summary>
        public static int Write(Span<byte> bytes, Ipv4Address address, GleanResult result)
        {
            address.Write(bytes);
            bytes[4] = (byte)result;
            return EntrySize;
        }

        /// <summary>Takes the next entry off the front.</summary>
        public static (Ipv4Address Address, GleanResult Result) Take(ref ReadOnlySpan<byte> rest)
        {
            var entry = rest[..EntrySize];
            rest = rest[EntrySize..];
            return (Ipv4Address.Read(entry), (GleanResult)entry[4]);
        }
    }
}
