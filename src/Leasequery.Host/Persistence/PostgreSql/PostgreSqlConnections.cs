using Leasequery.Actors.Settings;
using Npgsql;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>How connections to the database are made: from the settings, and with what each session needs.</summary>
internal static class PostgreSqlConnections
{
    // No plan but the index's: a table that has just grown from nothing has no statistics yet, and a plan that reads all of it
    // stays in a prepared statement.
    private const string ByIndexOnly = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

    // A node that is cut off must not hold locks until the network's time-outs find out.
    private const string NoIdleTransactions = "SET idle_in_transaction_session_timeout = '30 s'";

    private const string CommitsLater = "SET synchronous_commit = off";

    // The server may be set to wait for more than its own disk: for standbys. That is not taken back.
    private const string CommitsFully =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    /// <summary>Connections for reading.</summary>
    public static NpgsqlDataSource ForReading(PostgreSqlSettings settings, int most) => Source(settings, most, ByIndexOnly);

    /// <summary>Connections for writing.</summary>
    public static NpgsqlDataSource ForWriting(PostgreSqlSettings settings, bool isSynchronousFull) =>
        Source(settings, settings.Writers + 1, $"{ByIndexOnly}; {NoIdleTransactions}; {(isSynchronousFull ? CommitsFully : CommitsLater)}");

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

    private static NpgsqlDataSource Source(PostgreSqlSettings settings, int most, string setting)
    {
        var words = Words(settings);
        words.MaxPoolSize = most;
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
