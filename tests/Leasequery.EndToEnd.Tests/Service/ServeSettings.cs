using System.Collections.Immutable;
using System.Globalization;
using Leasequery.Tests.Databases;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary>
/// The keys that a service is started with. By default it listens on ports of the loopback that the kernel chooses, manages
/// 10.0.0.0/8, and answers 127.0.0.1 at the port that it asks from: port 67 of the machine is not ours to take.
/// </summary>
public sealed record ServeSettings
{
    ImmutableSortedDictionary<string, string> _keys = new Dictionary<string, string>
    {
        ["leasequery.networks"] = """["10.0.0.0/8"]""",
        ["leasequery.requestors"] = """[{ prefix = "127.0.0.1/32", reply-port = source }]""",
        ["leasequery.ingress.listen"] = """["127.0.0.1:0"]""",
        ["leasequery.monitoring.listen"] = "127.0.0.1:0",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The defaults, with this data directory.</summary>
    public ServeSettings(string directory) => _keys = _keys.SetItem("leasequery.store.directory", directory);

    private ServeSettings() => _keys = _keys.Clear();

    /// <summary>Nothing: all that counts is said elsewhere.</summary>
    public static ServeSettings None { get; } = new();

    /// <summary>The same on a database server.</summary>
    public static ServeSettings On(DatabaseServer server, string database, string directory) => new ServeSettings(directory)
        .With("leasequery.store.kind", "postgresql")
        .With("leasequery.store.postgresql.port", server.Port.ToString(CultureInfo.InvariantCulture))
        .With("leasequery.store.postgresql.database", database)
        .With("leasequery.store.postgresql.password", DatabaseServer.Password)
        .With("leasequery.store.probe-interval", "200 ms");

    /// <summary>The command line.</summary>
    public IEnumerable<string> Arguments => _keys.SelectMany(key => new[] { "--set", $"{key.Key}={key.Value}" }).Prepend("serve");

    /// <summary>With one more key, or another value for it.</summary>
    public ServeSettings With(string key, string value) => this with { _keys = _keys.SetItem(key, value) };

    /// <summary>With a key less.</summary>
    public ServeSettings Without(string key) => this with { _keys = _keys.Remove(key) };
}
