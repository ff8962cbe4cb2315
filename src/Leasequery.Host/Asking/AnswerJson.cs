using System.Text.Json;
using System.Text.Json.Serialization;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Host.Asking;

/// <summary>An answer as one JSON object on one line: what scripts read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AnswerView))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    /// <summary>Writes the object.</summary>
    public static string Write(AnswerView answer) => JsonSerializer.Serialize(answer, Default.AnswerView);
}

/// <summary>Outcomes as lower-case words.</summary>
internal sealed class OutcomeNames() : JsonStringEnumConverter<LeasequeryOutcome>(JsonNamingPolicy.CamelCase);
