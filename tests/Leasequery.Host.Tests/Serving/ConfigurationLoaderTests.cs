using Leasequery.Actors.Settings;
using Leasequery.Host.Serving;

namespace Leasequery.Host.Tests.Serving;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact] // as the service reads them: with the password of the database from the environment, or without one
    public void Every_file_that_is_shipped_can_be_started_with()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "hocon"), "*.conf")
            .Where(file => Path.GetFileName(file) != "reference.conf").ToArray();
        Assert.Equal(["cluster.conf", "standalone.conf"], files.Select(Path.GetFileName).Order());
        Assert.All(files, file => LeasequerySettings.From(ConfigurationLoader.Load(file, [])));
    }

    [Fact]
    public void An_override_counts_more_than_the_file_and_the_last_one_most()
    {
        File.WriteAllText(_file, "leasequery { ingress { loops = 2, batch-size = 32 } }");

        var config = ConfigurationLoader.Load(_file, ["leasequery.ingress.loops=3", "leasequery.ingress.loops=4"]);

        Assert.Equal(4, config.GetInt("leasequery.ingress.loops"));
        Assert.Equal(32, config.GetInt("leasequery.ingress.batch-size"));
    }

    [Theory] // what a shell leaves of it: quotes are gone, HOCON would stumble over : / and blanks
    [InlineData("leasequery.store.directory=/var/lib/lease query", "leasequery.store.directory", "/var/lib/lease query")]
    [InlineData("leasequery.monitoring.listen=127.0.0.1:9067", "leasequery.monitoring.listen", "127.0.0.1:9067")]
    [InlineData("leasequery.shutdown-timeout=5 s", "leasequery.shutdown-timeout", "5 s")]
    [InlineData("akka.loglevel=\"DEBUG\"", "akka.loglevel", "DEBUG")]
    public void A_value_needs_no_quotes(string text, string key, string value) =>
        Assert.Equal(value, ConfigurationLoader.Load(null, [text]).GetString(key));

    [Fact]
    public void Lists_and_objects_are_hocon()
    {
        var config = ConfigurationLoader.Load(null, ["leasequery.networks=[\"10.0.0.0/8\", \"192.168.0.0/16\"]"]);

        Assert.Equal(["10.0.0.0/8", "192.168.0.0/16"], config.GetStringList("leasequery.networks"));
    }

    [Theory]
    [InlineData("ingress.loops=2", "--set = ingress.loops=2: KEY=VALUE with a key of leasequery or akka")]
    [InlineData("leasequery.networks", "--set = leasequery.networks: KEY=VALUE")]
    [InlineData("=2", "--set = =2: KEY=VALUE")]
    public void What_is_no_key_and_value_is_refused(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<SettingsException>(() => ConfigurationLoader.Load(null, [text])).Message);

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        var refusal = Assert.Throws<SettingsException>(() => ConfigurationLoader.Load("/nowhere/at.conf", []));

        Assert.Equal("--config = /nowhere/at.conf: a file that can be read", refusal.Message);
    }
}
