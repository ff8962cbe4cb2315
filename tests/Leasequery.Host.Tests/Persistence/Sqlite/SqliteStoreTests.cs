using Leasequery.Actors.Settings;
using Leasequery.Host.Persistence;
using Leasequery.Host.Persistence.Sqlite;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Persistence.Sqlite;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("leasequery-store-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_directory_is_made_at_the_first_start()
    {
        var path = Path.Combine(_directory.FullName, "a", "b");

        using var store = SqliteStore.Open(Settings(path));

        Assert.True(File.Exists(Path.Combine(path, "leasequery.db")));
    }

    [Fact]
    public void A_second_service_is_kept_out_until_the_first_has_ended()
    {
        using (SqliteStore.Open(Settings(_directory.FullName)))
        {
            var refusal = Assert.Throws<SettingsException>(() => SqliteStore.Open(Settings(_directory.FullName)));
            Assert.StartsWith($"leasequery.store.directory = {_directory.FullName}: a directory that no other service uses",
                refusal.Message);
            Assert.True(refusal.MayPass);
        }

        SqliteStore.Open(Settings(_directory.FullName)).Dispose();
    }

    [Fact] // the last one that is closed would put the log into the file, and lock the others out meanwhile
    public async Task Connections_that_come_and_go_at_once_are_not_in_each_others_way()
    {
        using var store = SqliteStore.Open(Settings(_directory.FullName));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var round = 1; round <= 50; round++)
            {
                var row = new JournalRow($"address-{thread:x8}", round, 0, 4388, "test", [1]);
                using (var session = store.OpenSession())
                    session.Commit([new PendingWrite([row])]);
                await store.ReadNewestAsync([(new Ipv4Address(0), new Ipv4Address(uint.MaxValue))], (_, _, _) => { }, default);
            }
        }))).WaitAsync(Deadlines.Answer);

        Assert.Equal(50, (await store.ReadNewestAsync("address-00000007", default))!.SequenceNumber);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused_by_its_key()
    {
        var file = Path.Combine(_directory.FullName, "file");
        File.WriteAllText(file, "");

        var refusal = Assert.Throws<SettingsException>(() => SqliteStore.Open(Settings(Path.Combine(file, "inside"))));

        Assert.Equal("leasequery.store.directory", refusal.Key);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_the_lock_is_let_go()
    {
        var database = Path.Combine(_directory.FullName, "leasequery.db");
        File.WriteAllText(database, new string('x', 4096));

        var refusal = Assert.Throws<SettingsException>(() => SqliteStore.Open(Settings(_directory.FullName)));
        Assert.Contains("not a database", refusal.Message);
        Assert.False(refusal.MayPass);

        File.Delete(database);
        SqliteStore.Open(Settings(_directory.FullName)).Dispose();
    }

    [Fact]
    public void A_file_that_cannot_be_opened_now_may_be_later()
    {
        var database = Directory.CreateDirectory(Path.Combine(_directory.FullName, "leasequery.db"));

        var refusal = Assert.Throws<SettingsException>(() => SqliteStore.Open(Settings(_directory.FullName)));
        Assert.Equal("leasequery.store.directory", refusal.Key);
        Assert.True(refusal.MayPass);

        database.Delete();
        SqliteStore.Open(Settings(_directory.FullName)).Dispose();
    }

    [Theory]
    [InlineData(true, 2L)]
    [InlineData(false, 1L)]
    public void A_commit_waits_for_what_the_setting_says(bool isFull, long pragma)
    {
        using var store = SqliteStore.Open(Settings(_directory.FullName) with { IsSynchronousFull = isFull });
        using var connection = store.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous";

        Assert.Equal(pragma, command.ExecuteScalar());
    }

    private static StoreSettings Settings(string directory) => new(directory, true, 100, TimeSpan.FromSeconds(1));
}
