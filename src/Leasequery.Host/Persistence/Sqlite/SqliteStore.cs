using System.Collections.Concurrent;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Wire;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leasequery.Host.Persistence.Sqlite;

/// <summary>
/// The embedded database: one SQLite file in the data directory, with the tables of Akka.Persistence.Sql. Opened once by one
/// process; a lock file keeps a second one out, which would write over what this one's actors believe.
/// </summary>
internal sealed class SqliteStore : IJournalStore
{
    private const string DirectoryKey = "leasequery.store.directory";
    private const int WouldBlock = 11; // EWOULDBLOCK of Linux: somebody has the lock
    private const int SharingViolation = unchecked((int)0x80070020); // and of Windows
    private const int Corrupt = 11; // SQLITE_CORRUPT
    private const int NoDatabase = 26; // SQLITE_NOTADB

    private const int BusyMilliseconds = 10_000; // somebody may look at the file, or copy it

    private readonly FileStream _lock;
    private readonly StoreSettings _settings;

    // A read keeps a thread busy, SQLite has no other way; as many at once as there are cores.
    private readonly SemaphoreSlim _readers = new(Environment.ProcessorCount);
    private readonly ConcurrentBag<NewestRowReader> _idleReaders = [];

    // Open as long as the store: the last connection that is closed puts the log into the file, and locks out who opens one.
    private SqliteConnection? _first;

    private SqliteStore(StoreSettings settings, string path, FileStream lockFile)
    {
        _settings = settings;
        _lock = lockFile;
        // Of no pool: a connection that broke would come back, and who reads would get one with the writer's cache.
        var words = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 10, Pooling = false };
        ConnectionString = words.ToString();
    }

    /// <inheritdoc/>
    public string ProviderName => "SQLite.MS";

    /// <inheritdoc/>
    public string ConnectionString { get; }

    /// <summary>One: SQLite has one writer at a time, and a second would only wait for its lock.</summary>
    public int Writers => 1;

    /// <summary>Opens the store, and creates directory and file at the first start.</summary>
    /// <exception cref="SettingsException">The directory cannot be used.</exception>
    public static SqliteStore Open(StoreSettings settings)
    {
        var directory = Path.GetFullPath(settings.Directory);
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Refuse(directory, "a directory that can be created and written to", cause);
        }

        var store = new SqliteStore(settings, Path.Combine(directory, "leasequery.db"), Lock(directory));
        try
        {
            var connection = store._first = store.Connect();
            using var command = connection.CreateCommand();
            // Kept in the file; readers and the writer do not wait for each other.
            command.CommandText = "PRAGMA journal_mode = WAL";
            command.ExecuteNonQuery();
            SqliteSchema.Ensure(connection);
            return store;
        }
        catch (SqliteException cause)
        {
            store.Dispose();
            throw Refuse(directory, "a directory with a database that can be opened and written to", cause);
        }
    }

    /// <summary>A connection set for writing as the settings want it.</summary>
    public SqliteConnection Connect()
    {
        var connection = Open(ConnectionString);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = _settings.IsSynchronousFull ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IJournalSession OpenSession() => new SqliteSession(Connect());

    /// <inheritdoc/>
    public async Task<JournalRow?> ReadNewestAsync(string persistenceId, CancellationToken stop)
    {
        await _readers.WaitAsync(stop);
        try
        {
            return await Task.Run(() => ReadNewest(persistenceId), stop);
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <inheritdoc/>
    public async Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop)
    {
        await _readers.WaitAsync(stop);
        try
        {
            await Task.Run(() => ReadRanges(ranges, take, stop), stop);
        }
        finally
        {
            _readers.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reader in _idleReaders)
            reader.Dispose();
        _first?.Dispose();
        _lock.Dispose();
        _readers.Dispose();
    }

    private static SqliteConnection Open(string words)
    {
        var connection = new SqliteConnection(words);
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle!, BusyMilliseconds);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // A reader that failed is not used again: its connection may be broken.
    private JournalRow? ReadNewest(string persistenceId)
    {
        if (!_idleReaders.TryTake(out var reader))
            reader = new NewestRowReader(Open(ConnectionString));
        try
        {
            var row = reader.Read(persistenceId);
            _idleReaders.Add(reader);
            return row;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void ReadRanges(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop)
    {
        using var reader = new RangeReader(Open(ConnectionString));
        foreach (var (first, last) in ranges)
        {
            stop.ThrowIfCancellationRequested();
            reader.Read(first, last, take);
        }
    }

    private static FileStream Lock(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, "leasequery.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException cause) when (cause.HResult is WouldBlock or SharingViolation)
        {
            throw Refuse(directory, "a directory that no other service uses", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Refuse(directory, "a directory that can be written to", cause);
        }
    }

    // A disk may get room again, a file system be mounted, another service end. A broken database stays broken.
    private static SettingsException Refuse(string directory, string allowed, Exception cause) =>
        new(DirectoryKey, directory, $"{allowed} ({cause.Message})", cause)
        {
            MayPass = cause is not SqliteException { SqliteErrorCode: Corrupt or NoDatabase },
        };
}
