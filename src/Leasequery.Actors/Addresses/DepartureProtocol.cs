namespace Leasequery.Actors.Addresses;

/// <summary>A message between the nodes that own addresses about who is about to leave.</summary>
public interface IDepartureMessage;

/// <summary>
/// What a node that leaves says to those that own addresses. Nobody answers: what comes of it is that its shards move.
/// <code>
/// Leaving --> (who assigns shards gives those of the sender to others, a few at a time)
/// </code>
/// </summary>
public static class DepartureProtocol
{
    /// <summary>The node of the sender is about to leave.</summary>
    public sealed class Leaving : IDepartureMessage
    {
        /// <summary>The only one: it says all by who sends it.</summary>
        public static readonly Leaving Instance = new();

        private Leaving()
        {
        }
    }
}
