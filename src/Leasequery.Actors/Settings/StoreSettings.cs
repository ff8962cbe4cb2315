namespace Leasequery.Actors.Settings;

/// <summary>Which database keeps what is known.</summary>
public enum StoreKind
{
    /// <summary>A file of this node.</summary>
    Sqlite,

    /// <summary>A server that the nodes of a cluster share.</summary>
    PostgreSql,
}

/// <summary>leasequery.store: where what is known survives.</summary>
/// <param name="Directory">Directory of the embedded database.</param>
/// <param name="IsSynchronousFull">True when a commit waits for the disk.</param>
/// <param name="MaxBatch">Events in one transaction.</param>
/// <param name="ProbeInterval">How often a failed store is tried.</param>
public sealed record StoreSettings(string Directory, bool IsSynchronousFull, int MaxBatch, TimeSpan ProbeInterval)
{
    /// <summary>leasequery.store.kind.</summary>
    public StoreKind Kind { get; init; }

    /// <summary>leasequery.store.postgresql; read and checked whatever the kind is.</summary>
    public PostgreSqlSettings PostgreSql { get; init; } = PostgreSqlSettings.Local;

    /// <summary>Where the store is, for those who read the log.</summary>
    public string Place => Kind == StoreKind.PostgreSql ? PostgreSql.ToString() : Path.GetFullPath(Directory);

    internal static StoreSettings Read(SettingsReader store) => new(
        store.Text("directory") is { Length: > 0 } directory ? directory : throw store.Refuse("directory", "a directory"),
        store.Parsed<bool>("synchronous", "full or normal", (text, out full) => (full = text == "full") || text == "normal"),
        store.Number("max-batch", 1, 10_000),
        store.Duration("probe-interval", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)))
    {
        Kind = store.Parsed<StoreKind>("kind", "sqlite or postgresql", TryParseKind),
        PostgreSql = PostgreSqlSettings.Read(store.Object("postgresql")),
    };

    private static bool TryParseKind(string text, out StoreKind kind)
    {
        kind = text == "postgresql" ? StoreKind.PostgreSql : StoreKind.Sqlite;
        return text is "postgresql" or "sqlite";
    }
}
