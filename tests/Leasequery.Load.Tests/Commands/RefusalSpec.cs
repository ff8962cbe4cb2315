using System.CommandLine;
using Leasequery.Load.Commands;

namespace Leasequery.Load.Tests.Commands;

public class RefusalSpec
{
    private static readonly InvocationConfiguration Plain = new() { EnableDefaultExceptionHandler = false };

    [Theory]
    [InlineData("192.0.2.1:67", "--allow-remote")]
    [InlineData("127.0.0.1:9 --range 10.0.0.0/24 --count 257", "256 addresses")]
    [InlineData("127.0.0.1:9 --sockets 2 --from 127.0.0.1:4711", "--sockets")]
    [InlineData("127.0.0.1:9 --burst 8 --window 4", "--burst")]
    [InlineData("127.0.0.1:9 --pid 2147483647", "/proc/2147483647")]
    [InlineData("127.0.0.1:9 --cpu 1023 --duration 0.1", "--cpu")]
    [InlineData("127.0.0.1:9 --json /no/such/directory/figures.json", "--json /no/such/directory/figures.json")]
    public async Task What_cannot_be_done_is_said_before_anything_is_sent(string arguments, string said)
    {
        var failure = await Assert.ThrowsAsync<LoadFailedException>(
            () => new QueriesCommand().Parse(arguments).InvokeAsync(Plain));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1 --mix 90:8", "90:8:2")]
    [InlineData("127.0.0.1 --mix 0:1:1", "90:8:2")]
    [InlineData("127.0.0.1 --burst 65", "1 to 64")]
    [InlineData("127.0.0.1 --cpu a", "processor")]
    [InlineData("127.0.0.1 --dialect draft-1", "draft-0")]
    [InlineData("127.0.0.1 --pattern random", "zipf")]
    public void What_cannot_be_understood_is_said_with_what_would_be_right(string arguments, string said) =>
        Assert.Contains(new MixedCommand().Parse(arguments).Errors,
            error => error.Message.Contains(said, StringComparison.Ordinal));

    [Theory]
    [InlineData("overload 127.0.0.1 --count 20000", "--metrics http://127.0.0.1:9067/metrics")]
    [InlineData("glean 127.0.0.1 --pid 1", "--metrics http://127.0.0.1:9067/metrics")]
    [InlineData("mixed 127.0.0.1 --requests --metrics http://127.0.0.1:9067/metrics", "--requests")]
    public void What_is_stored_is_known_by_metrics_alone(string arguments, string said)
    {
        var root = new RootCommand { new GleanCommand(), new MixedCommand(), new OverloadCommand() };
        var error = Assert.Single(root.Parse(arguments).Errors);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("glean 127.0.0.1")]
    [InlineData("mixed 127.0.0.1 --requests")]
    [InlineData("mixed 127.0.0.1 --renewals 5")]
    [InlineData("overload 127.0.0.1 --metrics http://127.0.0.1:9067/metrics")]
    public void Only_who_has_to_know_needs_them(string arguments) =>
        Assert.Empty(new RootCommand { new GleanCommand(), new MixedCommand(), new OverloadCommand() }.Parse(arguments).Errors);

    [Fact]
    public async Task A_mix_and_rates_are_not_said_together()
    {
        var arguments = "127.0.0.1:9 --mix 90:8:2 --renewals 5 --requests";
        var failure = await Assert.ThrowsAsync<LoadFailedException>(() => new MixedCommand().Parse(arguments).InvokeAsync(Plain));
        Assert.Contains("--mix", failure.Message, StringComparison.Ordinal);
    }
}
