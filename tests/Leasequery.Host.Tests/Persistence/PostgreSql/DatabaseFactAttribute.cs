namespace Leasequery.Tests.Databases;

/// <summary>
/// A test that needs a PostgreSQL server. Skipped with a reason where there can be none; fails where there must be one.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DatabaseFactAttribute : FactAttribute
{
    /// <summary>Decides when the test is discovered, so that the reason stands in the report.</summary>
    public DatabaseFactAttribute() => Skip = DatabaseServer.IsRequired ? null : DatabaseServer.Missing;
}
