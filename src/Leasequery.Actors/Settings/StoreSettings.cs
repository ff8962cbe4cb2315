namespace Leasequery.Actors.Settings;

/// <summary>leasequery.store: where what is known survives.</summary>
/// <param name="Directory">Directory of the embedded database.</param>
/// <param name="IsSynchronousFull">True when a commit waits for the disk.</param>
/// <param name="MaxBatch">Events in one transaction.</param>
/// <param name="ProbeInterval">How often a failed store is tried.</param>
public sealed record StoreSettings(string Directory, bool IsSynchronousFull, int MaxBatch, TimeSpan ProbeInterval)
{
    internal static StoreSettings Read(SettingsReader store) => new(
        store.Text("directory") is { Length: > 0 } directory ? directory : throw store.Refuse("directory", "a directory"),
        store.Parsed<bool>("synchronous", "full or normal", (text, out full) => (full = text == "full") || text == "normal"),
        store.Number("max-batch", 1, 10_000),
        store.Duration("probe-interval", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)));
}
