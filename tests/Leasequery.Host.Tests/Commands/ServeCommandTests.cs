using Leasequery.Host.Wording;


namespace Leasequery.Host.Tests.Commands;

/// <summary>
/// What a service manager makes of a start that failed: it tries again, unless the text of the configuration is wrong.
/// </summary>
public sealed class ServeCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("leasequery-serve-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory] // 192.0.2.0/24 is nobody's
    [InlineData("ingress.listen=[\"192.0.2.1:0\"]", "ingress.listen = 192.0.2.1:0: an address of this machine")]
    [InlineData("cluster.host=node.invalid",
        "cluster.host = \"node.invalid\": an IPv4 address of this node, or a name of just one")]
    [InlineData("cluster.host=192.0.2.1", "cluster.host = \"192.0.2.1\": an address of this node")]
    [InlineData("cluster.tls={certificate=\"/nowhere/a.pem\",key=\"/nowhere/a.key\",authority=\"/nowhere/ca.pem\"}",
        "cluster.tls.authority = \"/nowhere/ca.pem\": a PEM file that can be read")]
    [InlineData("store.postgresql.root-certificate=/nowhere/ca.pem",
        "store.postgresql.root-certificate = /nowhere/ca.pem: a PEM file")]
    [InlineData("upstream={servers=[{address=\"192.0.2.53\"}],giaddr=\"192.0.2.1\"},leasequery.ingress.listen=[\"0.0.0.0:0\"]",
        "upstream.giaddr = \"192.0.2.1\": an address of this machine")]
    public async Task What_may_come_yet_is_waited_for_by_starting_again(string setting, string line)
    {
        var run = await ServeAsync("cluster.seeds=[\"10.0.0.1\"] store.kind=postgresql cluster.host=127.0.0.1", setting);
        Assert.StartsWith($"leasequery serve: leasequery.{line}", run.Error);
        Assert.Equal(ExitCodes.Unavailable, run.ExitCode);
    }

    [Theory]
    [InlineData("ingress.loops=many", "ingress.loops = \"many\": a number from 1 to 64")]
    [InlineData("ingress.listen=[\"10.0.0:67\"]", "ingress.listen[0] = \"10.0.0:67\": an endpoint such as 0.0.0.0:67")]
    [InlineData("upstream={servers=[{address=\"192.0.2.53\"}],giaddr=\"127.0.0.9\"}",
        "upstream.giaddr = \"127.0.0.9\": an address that leasequery.ingress.listen names")]
    public async Task A_text_that_is_wrong_stays_wrong(string setting, string line)
    {
        var run = await ServeAsync("", setting);
        Assert.StartsWith($"leasequery serve: leasequery.{line}", run.Error);
        Assert.Equal(ExitCodes.Configuration, run.ExitCode);
    }

    private Task<CommandRun> ServeAsync(string before, string setting) => CommandRun.Of(string.Join(" --set leasequery.",
        [
            "serve", "networks=[\"10.0.0.0/8\"]", "requestors=[{prefix=\"127.0.0.1/32\"}]", "ingress.listen=[\"127.0.0.1:0\"]",
            "monitoring.listen=off", $"store.directory={_directory}",
            .. before.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. setting.Split(",leasequery."),
        ]));
}
