using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.PostgreSql;
using Leasequery.Tests.Databases;

namespace Leasequery.Host.Tests.Persistence.PostgreSql;

/// <summary>A server for the tests of a class, and the stores that they open on it.</summary>
public sealed class Stores : IDisposable
{
    // Made when it is first used: a class fixture is made for skipped tests, too.
    private readonly Lazy<DatabaseServer> _server = new(() => new DatabaseServer());
    private int _databases;

    internal DatabaseServer Server => _server.Value;

    public void Dispose()
    {
        if (_server.IsValueCreated)
            Server.Dispose();
    }

    /// <summary>An empty database of the server.</summary>
    internal string NewDatabase(string options = "")
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        Server.Execute($"CREATE DATABASE {name} {options}");
        return name;
    }

    internal StoreSettings Settings(string database) => SettingsOf(Server, database);

    internal static StoreSettings SettingsOf(DatabaseServer server, string database) =>
        new("unused", true, 100, TimeSpan.FromSeconds(1))
        {
            Kind = StoreKind.PostgreSql,
            PostgreSql = new PostgreSqlSettings("127.0.0.1", server.Port, database, DatabaseServer.User, DatabaseServer.Password,
                DatabaseSslMode.Disable, ""),
        };

    internal static JournalRow Row(string id, long number, byte? content = null, string writer = "writer") =>
        new(id, number, 638_000_000_000_000_000, 4388, "test", [content ?? (byte)number], writer);

    /// <summary>Stores writes in one transaction of a connection of its own, and tells which were stale.</summary>
    internal static bool[] Commit(PostgreSqlStore store, params JournalRow[][] writes)
    {
        using var session = store.OpenSession();
        var batch = writes.Select(rows => new AwaitedWrite(rows)).ToArray();
        session.Commit(batch);
        return [.. batch.Select(write => write.IsStale)];
    }
}
