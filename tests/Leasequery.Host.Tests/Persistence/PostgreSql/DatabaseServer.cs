using System.Diagnostics;
using System.Net.Sockets;

namespace Leasequery.Tests.Databases;

/// <summary>
/// A PostgreSQL server of a test's own, on a port of the loopback that nobody else has, with its data in a folder that goes with
/// it. It runs as nobody when the test is root, because PostgreSQL refuses to run as root.
/// </summary>
public sealed class DatabaseServer : IDisposable
{
    /// <summary>The password of <see cref="User"/>.</summary>
    public const string Password = "s3cr'et \"of tests\"";

    /// <summary>Its superuser, and the name of the database that is there from the start.</summary>
    public const string User = "leasequery";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leasequery-postgresql-");
    private bool _isRunning;

    /// <summary>Makes a data directory and starts the server. Each option is a line of postgresql.conf.</summary>
    public DatabaseServer(params string[] options)
    {
        if (Missing is { } reason)
            throw new InvalidOperationException($"CI=true or LEASEQUERY_TESTS_REQUIRE_PEERS=1 makes this an error. {reason}");
        Port = LastingPort.Find(SocketType.Stream);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        var password = Write("password", Password);
        Give(_folder.FullName);
        Run("initdb", "-D", Data, "-U", User, "--pwfile", password, "--auth-local=trust", "--auth-host=scram-sha-256",
            "-E", "UTF8", "-N", "--locale=C.UTF-8");
        File.AppendAllLines(Path.Combine(Data, "postgresql.conf"),
        [
            "listen_addresses = '127.0.0.1'", $"port = {Port}", $"unix_socket_directories = '{_folder.FullName}'", "fsync = off",
            "wal_level = minimal", "max_wal_senders = 0", .. options,
        ]);
        Start();
        Execute($"CREATE DATABASE {User}", "postgres");
    }

    /// <summary>Why there can be no server here, or null when there can.</summary>
    public static string? Missing => Programs is not null ? null : "Needs the Debian package postgresql; tests/run installs it.";

    /// <summary>True where a server that cannot be had must fail the test instead of skipping it.</summary>
    public static bool IsRequired =>
        Environment.GetEnvironmentVariable("CI") == "true"
            || Environment.GetEnvironmentVariable("LEASEQUERY_TESTS_REQUIRE_PEERS") == "1";

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(version => Path.Combine(version, "bin"))
            .LastOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        : null;

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Starts it, and returns when it takes connections.</summary>
    public void Start()
    {
        _isRunning = true;
        Run("pg_ctl", "-D", Data, "-l", Path.Combine(_folder.FullName, "log"), "-w", "start");
    }

    /// <summary>Ends it as a crash would, its clients' connections with it.</summary>
    public void Stop()
    {
        Run("pg_ctl", "-D", Data, "-w", "-m", "immediate", "stop");
        _isRunning = false;
    }

    /// <summary>Runs SQL as the superuser, and returns the first column of its rows, one a line.</summary>
    public string Execute(string sql, string database = User) =>
        Run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", _folder.FullName, "-p", $"{Port}", "-U", User,
            "-d", database, "-c", sql).Trim();

    /// <summary>Writes a file that the server may read and nobody else.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Give(path);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isRunning)
            Stop();
        if (Directory.Exists(_folder.FullName))
            _folder.Delete(recursive: true);
    }

    private static void Give(string path)
    {
        if (Environment.IsPrivilegedProcess)
            Run("/bin/chown", ["nobody", path]);
    }

    private static string Run(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs!, program);
        return Environment.IsPrivilegedProcess && !program.StartsWith('/')
            ? Run("/usr/bin/setpriv", ["--reuid=nobody", "--clear-groups", path, .. arguments])
            : Run(path, (IEnumerable<string>)arguments);
    }

    // What pg_ctl starts keeps its output open, so that is not waited for.
    private static string Run(string path, IEnumerable<string> arguments)
    {
        var isStart = arguments.Last() == "start";
        var info = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = !isStart,
            RedirectStandardError = !isStart,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(info)!;
        var output = isStart ? Task.FromResult("") : process.StandardOutput.ReadToEndAsync();
        var errors = isStart ? Task.FromResult("") : process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"Waited {Patience.TotalSeconds} s for the end of {path} {string.Join(' ', arguments)}");
        }

        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException($"{path} {string.Join(' ', arguments)}: {errors.GetAwaiter().GetResult()}");
    }
}
