using Akka.Configuration;
using Npgsql;
using NpgsqlTypes;

namespace Leasequery.Fill.Stores;

/// <summary>A database of a PostgreSQL server, filled by COPY.</summary>
/// <param name="words">Host, Port, Database, Username, Password and SSL Mode.</param>
internal sealed class PostgreSqlTarget(NpgsqlConnectionStringBuilder words) : IFillTarget
{
    /// <inheritdoc/>
    public string Place => $"{words.Database} at {words.Host}:{words.Port}";

    /// <inheritdoc/>
    public Config Settings => ConfigurationFactory.FromObject(new
    {
        leasequery = new
        {
            store = new
            {
                kind = "postgresql",
                postgresql = new Dictionary<string, object?>
                {
                    ["host"] = words.Host,
                    ["port"] = words.Port,
                    ["database"] = words.Database,
                    ["username"] = words.Username,
                    ["password"] = words.Password ?? "",
                    ["ssl-mode"] = words.SslMode switch
                    {
                        SslMode.VerifyCA => "verify-ca",
                        SslMode.VerifyFull => "verify-full",
                        SslMode.Allow => "prefer",
                        var mode => mode.ToString().ToLowerInvariant(),
                    },
                },
            },
        },
    });

    /// <inheritdoc/>
    public bool HasEvents()
    {
        using var connection = Connect();
        using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM journal)", connection);
        return (bool)command.ExecuteScalar()!;
    }

    /// <inheritdoc/>
    public void Write(IEnumerable<FirstEvent> events, int serializer, CancellationToken cancellation)
    {
        var created = DateTime.UtcNow.Ticks;
        using var connection = Connect();
        using (var rows = connection.BeginBinaryImport("""
            COPY journal (created, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            FROM STDIN (FORMAT binary)
            """))
        {
            foreach (var first in events)
            {
                cancellation.ThrowIfCancellationRequested();
                rows.StartRow();
                rows.Write(created, NpgsqlDbType.Bigint);
                rows.Write(first.PersistenceId, NpgsqlDbType.Text);
                rows.Write(1L, NpgsqlDbType.Bigint);
                rows.Write(first.Message, NpgsqlDbType.Bytea);
                rows.Write(first.Manifest, NpgsqlDbType.Text);
                rows.Write(serializer, NpgsqlDbType.Integer);
                rows.Write("", NpgsqlDbType.Text); // writer_uuid, as the service has it
            }

            rows.Complete();
        }

        // What the server would do by itself in the next minutes, while something is measured.
        Execute(connection, "VACUUM (FREEZE, ANALYZE) journal");
        Execute(connection, "CHECKPOINT");
    }

    private NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(words.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // as long as it takes
        command.ExecuteNonQuery();
    }
}
