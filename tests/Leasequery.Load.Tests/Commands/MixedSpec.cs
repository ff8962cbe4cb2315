using Leasequery.Load.Commands;
using Leasequery.Load.Tests.Support;
using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Commands;

public sealed class MixedSpec : IDisposable
{
    private static readonly AddressRange Range = new(Ipv4Address.Parse("10.0.0.0"), 100);

    private const int LastBatch = 64; // at the end of the time nothing goes beside it any more

    private readonly FakeService _service = new();

    [Fact]
    public async Task Renewals_and_new_bindings_go_beside_queries_in_the_ratio_of_the_mix()
    {
        await LoadAsync();

        var run = await MixAsync($"--mix 80:8:2 --verify --metrics {_service.Metrics}");

        Assert.Equal(ExitCodes.Ok, run.ExitCode); // every answer was right
        var (queries, beside) = (run.Figures["queries"], run.Figures["beside the queries"]);
        Assert.InRange(queries["answered"], 1, queries["sent"]);
        Assert.InRange(beside["sent"], (queries["sent"] - LastBatch) / 8 - 3, queries["sent"] / 8 + 3);
        Assert.InRange(beside["stored"], 1, beside["sent"]);
        await Until.TrueAsync(() => _service.Stored == Range.Count + beside["sent"], "all that went beside is stored");
        Assert.Contains(_service.Addresses, address => Range.IndexOf(address) >= Range.Count); // behind the range
    }

    [Fact]
    public async Task Without_metrics_the_summary_says_what_is_not_known()
    {
        await LoadAsync();

        var run = await MixAsync("--renewals 500");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal(["sent"], run.Figures["beside the queries"].Keys);
        Assert.Contains("What was stored is not known", run.Output, StringComparison.Ordinal);
        var sent = run.Figures["beside the queries"]["sent"];
        await Until.TrueAsync(() => _service.Stored == Range.Count + sent, "all that went beside is stored");
        Assert.Equal(Range.Count, _service.Addresses.Count);
    }

    [Fact]
    public async Task A_DHCP_server_gets_requests_and_its_ACKs_are_counted()
    {
        var run = await MixAsync("--mix 80:20:0 --requests");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        var beside = run.Figures["beside the queries"];
        Assert.InRange(beside["acknowledged"], 1, beside["sent"]);
        Assert.Empty(_service.Addresses);
    }

    public void Dispose() => _service.Dispose();

    private async Task LoadAsync() => Assert.Equal(ExitCodes.Ok, (await CommandRun.OfAsync(new GleanCommand(),
        $"{_service.Endpoint} --metrics {_service.Metrics} --count {Range.Count}")).ExitCode);

    // Paced, so that the fake keeps up on a busy machine.
    private Task<CommandRun> MixAsync(string mix) => CommandRun.OfAsync(new MixedCommand(),
        $"{_service.Endpoint} --count {Range.Count} --rate 1000 --timeout 10 --warmup 0 --duration 0.5 {mix}");
}
