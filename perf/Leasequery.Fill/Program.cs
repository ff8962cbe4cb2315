using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Leasequery.Actors.Settings;
using Leasequery.Fill;
using Leasequery.Fill.Stores;
using Leasequery.Wire;
using Npgsql;

const int usage = 64;
const int cannotCreate = 73;
const int interrupted = 130;

Option<string?> directory = new("--directory")
{
    HelpName = "DIR",
    Description = "The data directory, as leasequery.store.directory has it. Its store must be empty.",
};
Option<string?> postgreSql = new("--postgresql")
{
    HelpName = "WORDS",
    Description = "Instead of a directory: a database server, as "
        + "\"Host=127.0.0.1;Port=5432;Database=leasequery;Username=leasequery;Password=secret\".",
};
Option<int> count = new("--count")
{
    HelpName = "N",
    Description = "How many addresses of the range, from its first one on.",
    DefaultValueFactory = _ => 1_000_000,
};
Option<string> range = new("--range")
{
    HelpName = "PREFIX",
    Description = "The addresses.",
    DefaultValueFactory = _ => "10.0.0.0/8",
};
Option<string> relay = new("--relay")
{
    HelpName = "ADDRESS",
    Description = "giaddr of the messages that the bindings come from.",
    DefaultValueFactory = _ => "127.0.0.1",
};
var root = new RootCommand("Makes a store that knows N subscribers, as if each had been gleaned once. They are those of "
    + "leasequery-load, so that its --verify holds for them.")
{
    directory, postgreSql, count, range, relay,
};
root.SetAction((typed, cancellation) => FillAsync(typed.GetValue(directory), typed.GetValue(postgreSql), typed.GetValue(count),
    typed.GetValue(range)!, typed.GetValue(relay)!, cancellation));
// The store is closed properly also when it is told to end.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });

static async Task<int> FillAsync(string? directory, string? postgreSql, int count, string range, string relay,
    CancellationToken cancellation)
{
    if (directory is null == postgreSql is null)
        return Refuse(usage, "either --directory or --postgresql says where to");
    if (!Ipv4Prefix.TryParse(range, out var prefix))
        return Refuse(usage, $"--range {range}: not a prefix such as 10.0.0.0/8");
    if (!Ipv4Address.TryParse(relay, out var giaddr) || giaddr.IsUnspecified)
        return Refuse(usage, $"--relay {relay}: not the address of a relay agent");
    if (count < 1 || (ulong)count > prefix.Count)
        return Refuse(usage, $"--count {count}: {prefix} has 1 to {prefix.Count} addresses");
    IFillTarget target;
    try
    {
        target = directory is null
            ? new PostgreSqlTarget(new NpgsqlConnectionStringBuilder(postgreSql))
            : new SqliteTarget(directory);
    }
    catch (ArgumentException cause)
    {
        return Refuse(usage, $"--postgresql {postgreSql}: {cause.Message}");
    }

    try
    {
        var watch = Stopwatch.StartNew();
        await using var store = await EmptyStore.OpenAsync(target, cancellation);
        new FillRun(store, prefix.First, giaddr).Run(count, cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} bindings in {target.Place} after {watch.Elapsed.TotalSeconds:0.0} s"));
        return 0;
    }
    catch (Exception cause) when (cause is SettingsException or StoreNotEmptyException or NpgsqlException)
    {
        return Refuse(cannotCreate, cause.Message);
    }
    catch (OperationCanceledException)
    {
        return Refuse(interrupted, "interrupted");
    }
}

static int Refuse(int exitCode, string message)
{
    Console.Error.WriteLine($"leasequery-fill: {message}");
    return exitCode;
}
