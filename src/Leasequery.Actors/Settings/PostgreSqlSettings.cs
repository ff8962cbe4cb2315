using System.Globalization;

namespace Leasequery.Actors.Settings;

/// <summary>How the way to the database is protected; each step asks for more than the one before.</summary>
public enum DatabaseSslMode
{
    /// <summary>Not at all.</summary>
    Disable,

    /// <summary>Encrypted if the server can, whoever it is.</summary>
    Prefer,

    /// <summary>Encrypted, whoever the server is.</summary>
    Require,

    /// <summary>Encrypted, and somebody we trust vouches for the server's certificate.</summary>
    VerifyCa,

    /// <summary>The same, and the certificate is of the host that was asked for.</summary>
    VerifyFull,
}

/// <summary>leasequery.store.postgresql: the database that the nodes of a cluster share.</summary>
/// <param name="Host">Its name or address, or the directory of its Unix socket.</param>
/// <param name="Port">Its port.</param>
/// <param name="Database">The database that holds the table.</param>
/// <param name="Username">Who we are to it.</param>
/// <param name="Password">How we show that; empty for none.</param>
/// <param name="SslMode">How the way to it is protected.</param>
/// <param name="RootCertificate">A PEM file with whom we trust to vouch for it; empty for whom the system trusts.</param>
public sealed record PostgreSqlSettings(string Host, int Port, string Database, string Username, string Password,
    DatabaseSslMode SslMode, string RootCertificate)
{
    private static readonly Dictionary<string, DatabaseSslMode> SslModes = new()
    {
        ["disable"] = DatabaseSslMode.Disable,
        ["prefer"] = DatabaseSslMode.Prefer,
        ["require"] = DatabaseSslMode.Require,
        ["verify-ca"] = DatabaseSslMode.VerifyCa,
        ["verify-full"] = DatabaseSslMode.VerifyFull,
    };

    /// <summary>A server on this machine with everything as a packaged one has it.</summary>
    public static PostgreSqlSettings Local { get; } =
        new("127.0.0.1", 5432, "leasequery", "leasequery", "", DatabaseSslMode.Prefer, "");

    /// <summary>Connections that write.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>Connections that read shards.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>How long a connection may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the server may be silent while it owes an answer.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where it is, without the password.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"postgresql://{Username}@{Host}:{Port}/{Database}");

    internal static PostgreSqlSettings Read(SettingsReader section) => new(
        Required(section, "host", "a host name, an address, or the directory of a Unix socket"),
        section.Number("port", 1, ushort.MaxValue),
        Required(section, "database", "the name of a database"),
        Required(section, "username", "the name of a user of the database"),
        section.Text(SettingsReader.Password),
        section.Parsed<DatabaseSslMode>("ssl-mode", $"one of {string.Join(", ", SslModes.Keys)}", SslModes.TryGetValue),
        section.Text("root-certificate"))
    {
        Writers = section.Number("writers", 1, 16),
        Readers = section.Number("readers", 1, 64),
        ConnectTimeout = section.Duration("connect-timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
        CommandTimeout = section.Duration("command-timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
    };

    private static string Required(SettingsReader section, string key, string allowed) =>
        section.Text(key) is { Length: > 0 } text && !text.Contains(',', StringComparison.Ordinal)
            ? text
            : throw section.Refuse(key, allowed);
}
