using System.Net;
using System.Net.Sockets;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Settings;

/// <summary>
/// A setting that cannot be used: one line that says which, and what would be right. No service, no stack trace. The exit code
/// tells a service manager whether to try again.
/// </summary>
public sealed class BadSettingsSpec
{
    const int Unavailable = 69; // EX_UNAVAILABLE of sysexits.h: what the text needs is not there, and may come
    const int ConfigurationError = 78; // EX_CONFIG: the text is wrong

    /// <summary>Key, value, and the part of the line that says what is allowed.</summary>
    public static TheoryData<string, string, string[]> Values => new()
    {
        { "leasequery.ingress.lops", "2", ["leasequery.ingress.lops", "ingress", "loops"] },
        { "leasequery.networks", """["10.0.0.0/33"]""", ["leasequery.networks[0]", "10.0.0.0/33", "a prefix such as"] },
        { "leasequery.networks", """["10.0.0.0/8", "10.1.0.0/16"]""", ["leasequery.networks", "10.1.0.0/16", "overlap"] },
        { "leasequery.networks", "[]", ["leasequery.networks", "[]", "at least one prefix"] },
        { "leasequery.requestors", """[{ prefix = "127.0.0.1/32", dialect = "draft-9" }]""",
            ["leasequery.requestors[0].dialect", "draft-9", "draft-0, draft-2 or draft-4"] },
        { "leasequery.ingress.loops", "0", ["leasequery.ingress.loops", "\"0\"", "from 1 to 64"] },
        { "leasequery.shutdown-timeout", "1 h", ["leasequery.shutdown-timeout", "1 h", "from 1 s to 5 m"] },
        { "leasequery.shutdown-grace", "5", ["leasequery.shutdown-grace", "\"5\"", "a time with its unit"] },
        { "leasequery.cluster.seeds", """[{ host = "10.0.0.1" }]""", ["leasequery.cluster.seeds[0]", "10.0.0.1", "HOST:PORT"] },
        { "akka.loglevel", "INFOO", ["akka", "INFOO", "DEBUG", "what Akka can start with"] },
        { "leasequery.static-devices", """[{ address = "192.0.2.1" }]""",
            ["leasequery.static-devices[0]", "192.0.2.1", "networks"] },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task a_value_that_cannot_be_used(string key, string value, string[] told)
    {
        using var folder = new TempFolder("store");
        await AssertRefusedAsync(new ServeSettings(folder.Path).With(key, value).Arguments, told);
    }

    [Fact]
    public async Task a_port_that_somebody_has()
    {
        using var folder = new TempFolder("store");
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var endpoint = taken.LocalEndPoint!.ToString()!;
        await AssertNotThereAsync(
            new ServeSettings(folder.Path).With("leasequery.ingress.listen", $"[\"{endpoint}\"]").Arguments,
            "leasequery.ingress.listen", endpoint, "in use");
    }

    [Fact]
    public async Task a_monitoring_port_that_somebody_has()
    {
        using var folder = new TempFolder("store");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var endpoint = taken.LocalEndpoint.ToString()!;
        await AssertNotThereAsync(
            new ServeSettings(folder.Path).With("leasequery.monitoring.listen", endpoint).Arguments,
            "leasequery.monitoring.listen", endpoint, "free, or off");
    }

    [Fact]
    public async Task a_directory_that_cannot_be_made()
    {
        using var folder = new TempFolder("store");
        var directory = Path.Combine(folder.Write("file", "no directory"), "store");
        await AssertNotThereAsync(
            new ServeSettings(directory).Arguments, "leasequery.store.directory", directory, "can be created");
    }

    [PeerFact] // root may write everywhere but on a file system that is mounted to be read
    public async Task a_directory_that_cannot_be_written_to()
    {
        using var folder = new TempFolder("store");
        using var process = Executable.StartAfter(
            $"mount -t tmpfs -o ro leasequery-test '{folder.Path}'", new ServeSettings(folder.Path).Arguments);
        await process.WaitForExitAsync(Deadlines.Service, "the refusal");
        AssertRefused(
            Unavailable, new Finished(process.ExitCode, process.OutputLines, process.ErrorLines),
            "leasequery.store.directory", folder.Path, "written to");
    }

    [Fact]
    public async Task a_directory_that_another_service_uses()
    {
        using var folder = new TempFolder("store");
        using var first = await LeasequeryProcess.StartAsync(new ServeSettings(folder.Path));
        await AssertNotThereAsync(
            new ServeSettings(folder.Path).Arguments, "leasequery.store.directory", folder.Path, "no other service");
        using var requestor = new Requestor();
        Assert.Equal(11, (await requestor.AskAsync(new Home(1).Query(), first.Endpoint)).MessageType);
    }

    [Fact]
    public async Task a_file_that_is_not_there()
    {
        using var folder = new TempFolder("store");
        await AssertRefusedAsync(
            new ServeSettings(folder.Path).Arguments.Concat(["--config", folder.At("none.conf")]),
            "--config", folder.At("none.conf"), "a file that can be read");
    }

    /// <summary>
    /// A file that a copy or an edit broke. The library behind it would take all but the last two, without what it cannot read.
    /// </summary>
    [Theory]
    [InlineData("leasequery {\n  gleaning { max-in-flight = 5 }\n", "line 1: { is not closed")]
    [InlineData("leasequery.networks = [\"10.0.0.0/8\"", "line 1: [ is not closed")]
    [InlineData("leasequery { }\n}\nleasequery.ingress.loops = 2", "line 2: } closes nothing")]
    [InlineData("# \"fine\n\nleasequery.store.directory = \"/var/lib", "line 3: a quote is not closed")]
    [InlineData("leasequery.store.directory = ${nowhere}", "nowhere")]
    [InlineData("include \"other.conf\"", "include \"other.conf\"' is not supported")]
    public async Task a_file_that_is_broken(string content, string told)
    {
        using var folder = new TempFolder("store");
        var file = folder.Write("broken.conf", content);
        await AssertRefusedAsync(
            new ServeSettings(folder.Path).Arguments.Concat(["--config", file]), "--config", file, "HOCON", told);
    }

    [Fact]
    public async Task a_value_where_the_section_should_be()
    {
        using var folder = new TempFolder("store");
        var file = folder.Write("flat.conf", "leasequery = 5");
        await AssertRefusedAsync(["serve", "--config", file], "leasequery = \"5\"", "a section");
    }

    [Fact]
    public async Task a_list_on_the_command_line_that_is_not_closed()
    {
        using var folder = new TempFolder("store");
        await AssertRefusedAsync(
            new ServeSettings(folder.Path).With("leasequery.networks", "[\"10.0.0.0/8\"").Arguments,
            "leasequery.networks = [\"10.0.0.0/8\"", "[ is not closed");
    }

    [Fact]
    public async Task a_key_of_somebody_else()
    {
        using var folder = new TempFolder("store");
        await AssertRefusedAsync(
            new ServeSettings(folder.Path).Arguments.Concat(["--set", "loops=2"]), "--set", "loops=2", "KEY=VALUE");
    }

    static async Task AssertRefusedAsync(IEnumerable<string> arguments, params string[] told) =>
        AssertRefused(ConfigurationError, await Executable.RunAsync(arguments), told);

    static async Task AssertNotThereAsync(IEnumerable<string> arguments, params string[] told) =>
        AssertRefused(Unavailable, await Executable.RunAsync(arguments), told);

    static void AssertRefused(int exitCode, Finished refused, params string[] told)
    {
        var all = refused.ToString();
        Assert.True(refused.ExitCode == exitCode, all);
        Assert.True(refused.Output.Count == 0, all);
        Assert.True(refused.Errors.Count == 1, all);
        Assert.StartsWith("leasequery serve: ", refused.Errors[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", all, StringComparison.Ordinal);
        Assert.All(told, part => Assert.Contains(part, refused.Errors[0], StringComparison.Ordinal));
    }
}
