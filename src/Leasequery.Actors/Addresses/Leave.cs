using Akka.Actor;
using Akka.Event;

namespace Leasequery.Actors.Addresses;

/// <summary>
/// Sharding's word to an entity that it is to stop. A message of its own, for it waits behind an event that is being stored;
/// Akka's poison pill would stop the actor between storing and publishing, and leave a record in the table that is behind
/// the store.
/// </summary>
internal sealed class Leave : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout, IDeadLetterSuppression
{
    public static readonly Leave Instance = new();
}
