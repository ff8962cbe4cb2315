using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Cluster;

/// <summary>A PostgreSQL server of this test alone, with its data in a folder that goes with it.</summary>
public sealed class ClusterDatabase : IDisposable
{
    /// <summary>The user that owns the database; its network is the test's, so nobody asks for a password.</summary>
    public const string User = "leasequery";

    /// <summary>The database that every server has.</summary>
    public const string Name = "postgres";

    /// <summary>Its port.</summary>
    public const int Port = 5432;

    readonly NetworkNamespace _inside;
    readonly TempFolder _folder = new("postgres");
    ChildProcess? _server;

    ClusterDatabase(NetworkNamespace inside) => _inside = inside;

    /// <summary>Makes an empty one and starts it.</summary>
    public static Task<ClusterDatabase> StartAsync(NetworkNamespace inside) =>
        Ready.WhenAsync(new ClusterDatabase(inside), async database =>
        {
            Command.Run("chown", "postgres", database._folder.Path); // the server does not run as root
            Command.Run("setpriv",
                [.. AsPostgres, PeerRequirements.PathOf("initdb"), "-D", database.Data, "-U", User, "-A", "trust", "--no-sync"]);
            await File.AppendAllTextAsync(Path.Combine(database.Data, "pg_hba.conf"),
                $"host all all {ClusterNetwork.DatabaseAddress}/24 trust\n");
            await database.StartAsync();
        });

    static IReadOnlyList<string> AsPostgres { get; } = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];

    string Data => _folder.At("data");

    /// <summary>Ends all its sessions at once, and itself.</summary>
    public async Task StopAsync()
    {
        ProcessTree.Interrupt(_server!.Id);
        await _server.WaitForExitAsync(Deadlines.Program, "the database to end");
        _server.Dispose();
    }

    /// <summary>Starts it on the data that it has.</summary>
    public async Task StartAsync()
    {
        _server = ChildProcess.Start(
            "setpriv",
            [
                .. AsPostgres, PeerRequirements.PathOf("postgres"), "-D", Data, "-k", _folder.Path, "-p", $"{Port}",
                "-c", $"listen_addresses={ClusterNetwork.DatabaseAddress}",
            ],
            _inside);
        await _server.WaitForLineAsync(
            "database system is ready to accept connections", Deadlines.Program, "the database to be ready");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _server?.Dispose();
        _folder.Dispose();
    }
}
