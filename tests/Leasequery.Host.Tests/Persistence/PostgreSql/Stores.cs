using System.Diagnostics;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
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

    internal static PostgreSqlStore Open(StoreSettings settings, int shards = 4) =>
        PostgreSqlStore.Open(settings, new ShardMap(shards));

    internal static StoreSettings SettingsOf(DatabaseServer server, string database) =>
        new("unused", true, 100, TimeSpan.FromSeconds(1))
        {
            Kind = StoreKind.PostgreSql,
            PostgreSql = new PostgreSqlSettings("127.0.0.1", server.Port, database, DatabaseServer.User, DatabaseServer.Password,
                DatabaseSslMode.Disable, "")
            {
                CommandTimeout = Deadlines.Answer, // tests hold locks that it waits for
            },
        };

    internal static JournalRow Row(string id, long number, byte? content = null, long later = 0) =>
        new(id, number, 638_000_000_000_000_000 + later, 4388, "test", [content ?? (byte)number]);

    /// <summary>A write that waits, of a stay.</summary>
    internal static AwaitedWrite Write(ShardTenure tenure, params JournalRow[] rows) => new(rows) { Tenure = tenure };

    /// <summary>Ends sessions of a database.</summary>
    internal void EndSessions(string database, string where) =>
        Server.Execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            + $" WHERE datname = '{database}' AND pid <> pg_backend_pid() AND {where}");

    /// <summary>Waits until the server has noticed that those who used a database are gone.</summary>
    internal Task UntilNoSessionAsync(string database) =>
        UntilTrueAsync("postgres", $"SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = '{database}'");

    /// <summary>Waits until a session of a database does what a test expects of it.</summary>
    internal Task UntilAsync(string database, string where) => UntilTrueAsync(database,
        $"SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid() AND {where}");

    /// <summary>Waits until a question has the answer yes.</summary>
    internal async Task UntilTrueAsync(string database, string sql)
    {
        for (var started = Stopwatch.GetTimestamp(); Server.Execute(sql, database) != "t"; await Task.Delay(20))
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadlines.Answer, $"Not within {Deadlines.Answer}: {sql}");
    }

    /// <summary>Stores writes in one transaction of a connection of its own, and tells which were stale.</summary>
    internal static bool[] Commit(PostgreSqlStore store, params JournalRow[][] writes)
    {
        using var session = store.OpenSession();
        var batch = writes.Select(rows => new AwaitedWrite(rows)).ToArray();
        session.Commit(batch);
        return [.. batch.Select(write => write.IsStale)];
    }
}
