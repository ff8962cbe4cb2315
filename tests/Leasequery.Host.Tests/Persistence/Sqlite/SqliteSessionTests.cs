using System.Data;
using Leasequery.Host.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace Leasequery.Host.Tests.Persistence.Sqlite;

public class SqliteSessionTests
{
    [Fact] // the writer tries again with each batch: what it opens must not stay open
    public void A_connection_that_cannot_be_prepared_is_closed()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();

        Assert.Contains("no such table", Assert.Throws<SqliteException>(() => new SqliteSession(connection)).Message);

        Assert.Equal(ConnectionState.Closed, connection.State);
    }
}
