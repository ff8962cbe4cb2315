using Xunit.Abstractions;
using Xunit.Sdk;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>
/// For specs whose time is the time that a protocol or a service manager wants between two steps. They run beside each other,
/// and nothing else does meanwhile. So what they say may not depend on how soon something comes about.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MostlyWaitsAttribute : Attribute;

/// <summary>
/// Puts each spec that mostly waits into a collection of its own, and all others into one that shares the machine with none.
/// </summary>
public sealed class AloneUnlessItWaits(ITestAssembly assembly) : IXunitTestCollectionFactory
{
    readonly TestCollection _alone = new(assembly, Reflector.Wrap(typeof(Alone)), "alone");

    /// <inheritdoc/>
    public string DisplayName => "alone unless it mostly waits";

    /// <inheritdoc/>
    public ITestCollection Get(ITypeInfo testClass) =>
        testClass.GetCustomAttributes(typeof(MostlyWaitsAttribute)).Any()
            ? new TestCollection(assembly, null, testClass.Name)
            : _alone;
}

/// <summary>How xunit is told that a collection runs when no other one does.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
