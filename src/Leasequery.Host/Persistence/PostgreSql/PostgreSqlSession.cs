using Npgsql;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>
/// A connection for writing. Writers of this node and of others write at once: rows go in by the order of their names, so that
/// no two transactions wait for each other, and a transaction that collides all the same, or whose connection breaks, is tried
/// again.
/// </summary>
internal sealed class PostgreSqlSession : IJournalSession
{
    private const int MostTries = 4;

    private static readonly Comparer<PendingWrite> ByName = Comparer<PendingWrite>.Create((one, other) =>
        string.CompareOrdinal(one.Rows[0].PersistenceId, other.Rows[0].PersistenceId) is not 0 and var order
            ? order
            : one.Rows[0].SequenceNumber.CompareTo(other.Rows[0].SequenceNumber));

    private readonly NpgsqlDataSource _source;
    private readonly string _place;
    private readonly List<PendingWrite> _sorted = [];
    private NpgsqlConnection _connection = null!;
    private PostgreSqlUpsert _upsert = null!;

    /// <summary>Opens a connection. The table is there.</summary>
    /// <exception cref="PostgreSqlException">The database cannot be used.</exception>
    public PostgreSqlSession(NpgsqlDataSource source, string place)
    {
        _source = source;
        _place = place;
        try
        {
            Connect();
        }
        catch (Exception cause)
        {
            throw new PostgreSqlException(place, cause);
        }
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<PendingWrite> batch)
    {
        _sorted.Clear();
        _sorted.AddRange(batch);
        _sorted.Sort(ByName);
        for (var tries = 1; ; tries++)
        {
            try
            {
                Write();
                return;
            }
            catch (Exception cause) when (tries < MostTries && PostgreSqlFailure.IsCollision(cause))
            {
                // the server rolled it back
            }
            catch (Exception cause) when (tries == 1 && PostgreSqlFailure.IsLostConnection(cause))
            {
                Reconnect(cause); // whether it was committed is not known; a row that is there already counts as stored
            }
            catch (Exception cause)
            {
                throw new PostgreSqlException(_place, cause);
            }
        }
    }

    public void Dispose()
    {
        _upsert?.Dispose();
        _connection?.Dispose();
    }

    private void Connect()
    {
        _connection = _source.OpenConnection();
        try
        {
            _upsert = new PostgreSqlUpsert(_connection);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    // The first reason is the one to tell: that there is no new connection is its consequence.
    private void Reconnect(Exception cause)
    {
        Dispose();
        try
        {
            Connect();
        }
        catch (NpgsqlException)
        {
            throw new PostgreSqlException(_place, cause);
        }
    }

    private void Write()
    {
        foreach (var pending in _sorted)
            (pending.IsStale, pending.IsSuperseded) = (false, false);
        if (IsOneRowAnAddress())
            WriteAtOnce();
        else
            WriteInTurn();
    }

    // As good as always: an actor has one write in flight, and it holds one event.
    private bool IsOneRowAnAddress()
    {
        for (var i = 0; i < _sorted.Count; i++)
            if (_sorted[i].Rows.Count > 1 || i > 0 && _sorted[i].Rows[0].PersistenceId == _sorted[i - 1].Rows[0].PersistenceId)
                return false;
        return true;
    }

    // One statement is a transaction by itself, and one way there and back.
    private void WriteAtOnce()
    {
        foreach (var refused in _upsert.Store(_sorted.Select(pending => (pending.Rows[0], pending.Tenure))))
            Refuse(_sorted[refused.Place], refused);
    }

    private void WriteInTurn()
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var pending in _sorted)
            foreach (var row in pending.Rows)
                if (_upsert.Store([(row, pending.Tenure)]) is [var refused])
                {
                    Refuse(pending, refused);
                    break;
                }

        transaction.Commit();
    }

    private static void Refuse(PendingWrite pending, RefusedRow refused) =>
        (pending.IsStale, pending.IsSuperseded) = (!refused.IsSuperseded, refused.IsSuperseded);
}
