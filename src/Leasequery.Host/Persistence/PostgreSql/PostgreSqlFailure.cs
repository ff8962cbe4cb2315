using Npgsql;

namespace Leasequery.Host.Persistence.PostgreSql;

/// <summary>The database did not do what it was asked: one line that says which database, and why.</summary>
internal sealed class PostgreSqlException(string place, Exception cause)
    : Exception($"{place}: {PostgreSqlFailure.Describe(cause)}");

/// <summary>What may be wrong with a database that others run.</summary>
internal static class PostgreSqlFailure
{
    /// <summary>The reason in words for an operator. Passwords are in no message of the server or of Npgsql.</summary>
    public static string Describe(Exception cause) => cause is PostgresException told
        ? $"{told.MessageText} ({told.SqlState})"
        : cause.GetBaseException().Message.ReplaceLineEndings(" ");

    /// <summary>True when this transaction was one too many at this moment, and the same again may well go.</summary>
    public static bool IsCollision(Exception cause) =>
        cause is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>
    /// True when the connection is gone, so that another one may do: the server was restarted, or somebody ended our session. A
    /// server that is silent is not asked again at once: it would be silent twice.
    /// </summary>
    public static bool IsLostConnection(Exception cause) => cause switch
    {
        PostgresException told => told.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        NpgsqlException => cause.GetBaseException() is IOException or System.Net.Sockets.SocketException,
        _ => false,
    };
}
