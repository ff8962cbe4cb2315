namespace Leasequery.Domain.Upstream;

/// <summary>What a server is spared, and what its askers are.</summary>
/// <param name="Window">Most queries outstanding at a server that supports leasequery, 1 to 200 (RFC 4388 section 6.6).</param>
/// <param name="MaxWaiting">The most addresses that wait for room in the window; a question about another one is refused.</param>
/// <param name="SupportTimer">How long a reply proves that the server supports leasequery (RFC 4388 section 6.6).</param>
/// <param name="Patience">How long an asker waits for the answer to a poll before it is told that the server is silent.</param>
public sealed record ServerPolicy(int Window, int MaxWaiting, TimeSpan SupportTimer, TimeSpan Patience)
{
    /// <summary>The widest window: "limited to 100 or 200, to avoid swamping the DHCP server".</summary>
    public const int WidestWindow = 200;

    /// <summary>128 outstanding, 20,000 waiting (a large access concentrator after its reboot), a minute, 4 seconds.</summary>
    public static ServerPolicy Default { get; } = new(128, 20_000, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(4));

    /// <inheritdoc cref="ServerPolicy" path="/param[@name='Window']"/>
    public int Window { get; init; } = Window is >= 1 and <= WidestWindow
        ? Window
        : throw new ArgumentOutOfRangeException(nameof(Window), Window, $"1 to {WidestWindow}");

    /// <inheritdoc cref="ServerPolicy" path="/param[@name='MaxWaiting']"/>
    public int MaxWaiting { get; init; } = MaxWaiting >= 0
        ? MaxWaiting
        : throw new ArgumentOutOfRangeException(nameof(MaxWaiting), MaxWaiting, "0 or more");

    /// <inheritdoc cref="ServerPolicy" path="/param[@name='SupportTimer']"/>
    public TimeSpan SupportTimer { get; init; } = SupportTimer > TimeSpan.Zero
        ? SupportTimer
        : throw new ArgumentOutOfRangeException(nameof(SupportTimer), SupportTimer, "more than 0");

    /// <inheritdoc cref="ServerPolicy" path="/param[@name='Patience']"/>
    public TimeSpan Patience { get; init; } = Patience > TimeSpan.Zero
        ? Patience
        : throw new ArgumentOutOfRangeException(nameof(Patience), Patience, "more than 0");
}
