using System.Globalization;
using System.Text.RegularExpressions;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary>What <c>/metrics</c> said at one moment.</summary>
public sealed partial class Metrics
{
    readonly List<(string Name, string Labels, long Value)> _samples;

    Metrics(List<(string Name, string Labels, long Value)> samples) => _samples = samples;

    /// <summary>What was dropped, by reason.</summary>
    public IReadOnlyDictionary<string, long> Drops => ByLabel("leasequery_drops_total");

    /// <summary>All datagrams that it took.</summary>
    public long Datagrams => ByLabel("leasequery_datagrams_total").Values.Sum();

    /// <summary>Gleaned messages that ended in the store.</summary>
    public long GleanedAndStored => ByLabel("leasequery_gleaned_total")["stored"];

    /// <summary>Whether the store takes events.</summary>
    public bool IsStoreAvailable => _samples.Single(sample => sample.Name == "leasequery_store_available").Value == 1;

    /// <summary>The sum of a metric over all its labels.</summary>
    public long Total(string name) => _samples.Where(sample => sample.Name == name).Sum(sample => sample.Value);

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        Environment.NewLine,
        _samples.Where(sample => sample.Value != 0).Select(sample => $"{sample.Name} {sample.Labels} {sample.Value}"));

    internal static Metrics Parse(string text) => new(
        [.. Sample().Matches(text).Select(sample => (
            sample.Groups["name"].Value,
            sample.Groups["labels"].Value,
            (long)double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture)))]);

    /// <summary>For metrics that have one label.</summary>
    Dictionary<string, long> ByLabel(string name) => _samples
        .Where(sample => sample.Name == name)
        .ToDictionary(sample => Label().Match(sample.Labels).Groups["value"].Value, sample => sample.Value);

    [GeneratedRegex(
        @"^(?<name>leasequery_\w+)\{otel_scope_name=""[^""]*"",?(?<labels>[^}]*)\} (?<value>\S+)", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"=""(?<value>[^""]*)""")]
    private static partial Regex Label();
}
