using Xunit.Abstractions;
using Xunit.Sdk;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>
/// A test that talks to real DHCP programs. Skipped with a reason where they cannot run; failed where they must.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Leasequery.EndToEnd.Tests.Peers." + nameof(PeerFactDiscoverer), "Leasequery.EndToEnd.Tests")]
public sealed class PeerFactAttribute : FactAttribute
{
    /// <summary>Decides when the test is discovered, so that the reason stands in the report.</summary>
    public PeerFactAttribute()
    {
        if (!PeerRequirements.Required)
            Skip = PeerRequirements.Missing;
    }
}

/// <summary>
/// Turns a test whose peers are missing though required into one that fails with that reason, before it starts anything. One that
/// is skipped for another reason stays so.
/// </summary>
public sealed class PeerFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    /// <inheritdoc/>
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        PeerRequirements.Required && PeerRequirements.Missing is { } reason
            && fact.GetNamedArgument<string>(nameof(FactAttribute.Skip)) is null
            ? new ExecutionErrorTestCase(
                DiagnosticMessageSink, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method,
                $"A peer is missing, and CI=true or LEASEQUERY_TESTS_REQUIRE_PEERS=1 makes that an error. {reason}")
            : base.CreateTestCase(options, method, fact);
}
