using System.Text;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Stores;
using Leasequery.Wire;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Leasequery.Host.Persistence.Sqlite;

/// <summary>
/// Reads the rows of blocks of addresses and hands them over where SQLite has them: a start with millions of rows makes no object
/// for each. One thread at a time.
/// </summary>
internal sealed class RangeReader : IDisposable
{
    // Persistence ids are hex of fixed width, so a range of addresses is a range of the index.
    private const string Sql = "SELECT sequence_number, manifest, message FROM journal"
        + " WHERE persistence_id BETWEEN ?1 AND ?2 AND deleted = 0 ORDER BY persistence_id";

    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _select;

    /// <summary>Takes a connection over. The tables are there.</summary>
    public RangeReader(SqliteConnection connection)
    {
        _connection = connection;
        try
        {
            Check(raw.sqlite3_prepare_v2(connection.Handle!, Sql, out _select));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Hands all rows of a block over.</summary>
    /// <exception cref="SqliteException">They cannot be read; some may have been handed over by then.</exception>
    public void Read(Ipv4Address first, Ipv4Address last, TakeStoredEvent take)
    {
        try
        {
            Check(raw.sqlite3_bind_text(_select, 1, PersistenceIds.Of(first)));
            Check(raw.sqlite3_bind_text(_select, 2, PersistenceIds.Of(last)));
            int result;
            while ((result = raw.sqlite3_step(_select)) == raw.SQLITE_ROW)
                take(ManifestOf(raw.sqlite3_column_blob(_select, 1)), raw.sqlite3_column_blob(_select, 2),
                    raw.sqlite3_column_int64(_select, 0));
            if (result != raw.SQLITE_DONE)
                Check(result);
        }
        finally
        {
            raw.sqlite3_reset(_select);
        }
    }

    public void Dispose()
    {
        _select.Dispose();
        _connection.Dispose();
    }

    // Almost all rows have one of two.
    private static string ManifestOf(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("bound-1"u8) ? LeasequerySerializer.LeaseBoundV1
        : text.SequenceEqual("ended-1"u8) ? LeasequerySerializer.LeaseEndedV1
        : Encoding.UTF8.GetString(text);

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection.Handle);
}
