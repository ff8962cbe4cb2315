using Leasequery.Actors.Settings;
using Npgsql;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>How connections to the database are made: from the settings, and with what each session needs.</summary>
internal static class PostgreSqlConnections
{
    // No plan but the index's: a table that has just grown from nothing has no statistics yet, and a plan that reads all of it
    // stays in a prepared statement.
    private const string ByIndexOnly = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

    // By its price the planner would have the plan that reads a shard compiled: it takes the shard for several tables. That costs
    // 0.1 s of a processor each time, and the rows are read in 0.02 s.
    private const string Uncompiled = "SET jit = off";

    // A node that stands still must not hold locks that the next owner of its shards waits for. (What is written as always is
    // one statement, which the server has whole before it begins.)
    private const string NoIdleTransactions = "SET idle_in_transaction_session_timeout = '2 s'";

    // What is looked at under a lock must not be older than the lock, whatever the database's own default is.
    private const string ReadsCommitted = "SET default_transaction_isolation = 'read committed'";

    // A node that is cut off or lost its power must not count as there until the usual two hours are over.
    private const string NoGhosts =
        "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";

    private const string CommitsLater = "SET synchronous_commit = off";

    // The server may be set to wait for more than its own disk: for standbys. That is not taken back.
    private const string CommitsFully =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    /// <summary>Connections for reading.</summary>
    public static NpgsqlDataSource ForReading(PostgreSqlSettings settings, int shards, int most) =>
        Source(settings, most, $"{ByIndexOnly}; {Uncompiled}; {ReadsCommitted}; {NoGhosts}; {ShowsMap(shards)}");

    /// <summary>Connections for writing.</summary>
    public static NpgsqlDataSource ForWriting(PostgreSqlSettings settings, int shards, bool isSynchronousFull) =>
        Source(settings, settings.Writers + 1,
            $"{ByIndexOnly}; {Uncompiled}; {ReadsCommitted}; {NoIdleTransactions}; {NoGhosts}; {ShowsMap(shards)}; "
            + (isSynchronousFull ? CommitsFully : CommitsLater));

    /// <summary>
    /// Reads by a connection of the pool. One that the server has ended while it lay there shows that only when it is used, and
    /// its neighbours have ended with it: then all are given up, and it is tried once more.
    /// </summary>
    public static async Task<T> ReadAsync<T>(this NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> read,
        CancellationToken stop = default)
    {
        try
        {
            return await OnceAsync();
        }
        catch (Exception cause) when (PostgreSqlFailure.IsLostConnection(cause))
        {
            source.Clear();
        }

        return await OnceAsync();

        async Task<T> OnceAsync()
        {
            await using var connection = await source.OpenConnectionAsync(stop);
            return await read(connection);
        }
    }

    /// <summary>The words of a connection string.</summary>
    /// <exception cref="SettingsException">The file with the root certificate cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder Words(PostgreSqlSettings settings)
    {
        var words = new NpgsqlConnectionStringBuilder
        {
            Host = settings.Host,
            Port = settings.Port,
            Database = settings.Database,
            Username = settings.Username,
            SslMode = (SslMode)Enum.Parse(typeof(SslMode), settings.SslMode.ToString(), ignoreCase: true),
            Timeout = Seconds(settings.ConnectTimeout),
            CommandTimeout = Seconds(settings.CommandTimeout),
            CancellationTimeout = 1000, // ms that a cancelled command gets to say so, before its connection is given up
            TcpKeepAlive = true,
            NoResetOnClose = true, // what a session is set to it stays, and its prepared statements with it
            GssEncryptionMode = GssEncryptionMode.Disable, // no libgssapi needed; TLS is what protects
            ApplicationName = "leasequery",
        };
        if (settings.RootCertificate.Length > 0)
            words.RootCertificate = settings.RootCertificate;
        return words;
    }

    // For as long as the session lives: a node that spreads the addresses otherwise sees that this one is there.
    private static string ShowsMap(int shards) => $"SELECT pg_advisory_lock_shared({PostgreSqlSchema.MapLocks}, {shards})";

    private static NpgsqlDataSource Source(PostgreSqlSettings settings, int most, string setting)
    {
        var words = Words(settings);
        words.MaxPoolSize = most;
        words.MinPoolSize = 1; // once there is one
        if (settings.Password.Length > 0)
            words.Password = settings.Password;
        var builder = new NpgsqlDataSourceBuilder(words.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(setting, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(setting, connection);
                await command.ExecuteNonQueryAsync();
            });
        return builder.Build();
    }

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}
