using Akka.Configuration;

namespace Leasequery.Fill.Stores;

/// <summary>The first event of an address, as the journal keeps it.</summary>
/// <param name="PersistenceId">Names the address.</param>
/// <param name="Message">The event.</param>
/// <param name="Manifest">Its kind and version.</param>
internal readonly record struct FirstEvent(string PersistenceId, byte[] Message, string Manifest);

/// <summary>A database that is to be filled.</summary>
internal interface IFillTarget
{
    /// <summary>Where it is, for people.</summary>
    string Place { get; }

    /// <summary>How the service is told to use it: the keys of leasequery.store.</summary>
    Config Settings { get; }

    /// <summary>True when somebody's bindings are there already.</summary>
    bool HasEvents();

    /// <summary>Writes rows into the table, which is there.</summary>
    /// <param name="events">One each address.</param>
    /// <param name="serializer">The number of the serializer that wrote them.</param>
    /// <param name="cancellation">Ends it in the middle.</param>
    void Write(IEnumerable<FirstEvent> events, int serializer, CancellationToken cancellation);
}
