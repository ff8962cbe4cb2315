using System.Text.Json;
using System.Text.Json.Serialization;
using Leasequery.Actors.Membership;

namespace Leasequery.Host.Clusters;

/// <summary>
/// A report on the cluster as JSON: what <c>/cluster</c> says, and what <c>leasequery cluster status</c> reads from there.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ClusterReport))]
internal sealed partial class ClusterJson : JsonSerializerContext
{
    /// <summary>Writes one object.</summary>
    public static string Write(ClusterReport report) => JsonSerializer.Serialize(report, Default.ClusterReport);

    /// <summary>Reads it back.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static ClusterReport Read(string text) =>
        JsonSerializer.Deserialize(text, Default.ClusterReport) ?? throw new JsonException("nothing");
}
