namespace Leasequery.Actors.Forwarding;

/// <summary>A message between the ingress of a node and the look-up actor of another.</summary>
internal interface ILookUpMessage;

/// <summary>
/// The conversation with the look-up actor of the node that owns a shard:
/// <code>
/// Questions --> Answers              what its table settles, in one message, or in some when they are long; the last one always
///           --> AddressProtocol.Located   one by one, from the address actors, for the rest
///           --> Moved                the shard is not there (any more); its questions go on through sharding
/// </code>
/// </summary>
internal static class LookUpProtocol
{
    /// <summary>Many <see cref="Question"/>s.</summary>
    public sealed class Questions(byte[] bytes) : Batch(bytes), ILookUpMessage
    {
        /// <exception cref="InvalidDataException">The bytes are none.</exception>
        public static Questions Read(byte[] bytes)
        {
            var rest = CheckHead(bytes, out var count);
            for (; count > 0; count--)
                if (!Question.TryTake(ref rest, out _))
                    throw NotOurs(bytes);
            return rest.IsEmpty ? new Questions(bytes) : throw NotOurs(bytes);
        }
    }

    /// <summary>Many answers, each a <see cref="Question"/> as it came and an <see cref="Answer"/> behind it.</summary>
    public sealed class Answers(byte[] bytes) : Batch(bytes), ILookUpMessage
    {
        /// <exception cref="InvalidDataException">The bytes are none.</exception>
        public static Answers Read(byte[] bytes)
        {
            var rest = CheckHead(bytes, out var count);
            for (; count > 0; count--)
                if (!Question.TryTake(ref rest, out _) || !Answer.TryTake(ref rest, out _))
                    throw NotOurs(bytes);
            return rest.IsEmpty ? new Answers(bytes) : throw NotOurs(bytes);
        }
    }

    /// <summary>A shard is not at the node that was asked.</summary>
    /// <param name="Shard">The shard.</param>
    public sealed record Moved(int Shard) : ILookUpMessage;
}
