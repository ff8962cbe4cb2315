using Akka.Actor;

namespace Leasequery.Benchmarks.Remote;

/// <summary>What the actors have in common that keep messages between two nodes flowing.</summary>
internal static class Flow
{
    /// <summary>Sends for so long; done with the number of messages that were answered.</summary>
    /// <param name="BatchSize">Entries in a message; 0: one by one through sharding.</param>
    /// <param name="InFlight">Entries on their way at once.</param>
    /// <param name="Duration">How long.</param>
    /// <param name="Done">Gets how many were answered.</param>
    public sealed record Run(int BatchSize, int InFlight, TimeSpan Duration, TaskCompletionSource<long> Done)
        : INoSerializationVerificationNeeded;
}
