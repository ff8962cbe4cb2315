using System.Net;
using System.Net.Sockets;
using Leasequery.Host.Clusters;
using Leasequery.Host.Tests.Commands;
using Leasequery.Host.Wording;
using Leasequery.Tests;

namespace Leasequery.Host.Tests.Clusters;

public class ClusterStatusCommandTests
{
    [Theory]
    [MemberData(nameof(Reports.ExitCodes), MemberType = typeof(Reports))]
    public async Task The_exit_code_tells_the_health(string report, int exitCode)
    {
        await using var node = new FakeMonitoring(ClusterJson.Write(Reports.Of(report)));

        var run = await CommandRun.Of($"cluster status --server {node.EndPoint}");

        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        Assert.StartsWith(exitCode == 0 ? "healthy, as 10.78.0.1:7450" : "not healthy, as 10.78.0.1:7450", run.Output);
        Assert.DoesNotContain('\x1b', run.Output);
        Assert.Equal("/cluster", Assert.Single(node.Asked));
    }

    [Theory]
    [MemberData(nameof(Reports.ExitCodes), MemberType = typeof(Reports))]
    public async Task Json_is_what_the_node_says_with_the_same_exit_code(string report, int exitCode)
    {
        var said = ClusterJson.Write(Reports.Of(report));
        await using var node = new FakeMonitoring(said);

        var run = await CommandRun.Of($"cluster status --server {node.EndPoint} --json");

        Assert.Equal((exitCode, said + "\n"), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("ready\n")] // another page, or another service
    [InlineData("null")]
    public async Task What_is_no_report_is_refused(string said)
    {
        await using var node = new FakeMonitoring(said);

        var run = await CommandRun.Of($"cluster status --server {node.EndPoint}");

        Assert.Equal(ExitCodes.Unavailable, run.ExitCode);
        Assert.Contains($"no report from http://{node.EndPoint}/cluster", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_proxy_of_the_environment_is_not_asked()
    {
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy("127.0.0.1", LastingPort.Find(SocketType.Stream)); // as http_proxy sets it
        try
        {
            await using var node = new FakeMonitoring(ClusterJson.Write(Reports.Healthy));
            Assert.Equal(0, (await CommandRun.Of($"cluster status --server {node.EndPoint}")).ExitCode);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task Where_nobody_listens_it_names_the_setting_that_says_where()
    {
        var run = await CommandRun.Of($"cluster status --server 127.0.0.1:{LastingPort.Find(SocketType.Stream)}");

        Assert.Equal(ExitCodes.Unavailable, run.ExitCode);
        Assert.Contains("is it the address of leasequery.monitoring.listen?", run.Error);
    }
}
