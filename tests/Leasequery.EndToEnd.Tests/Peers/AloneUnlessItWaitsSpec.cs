using Leasequery.EndToEnd.Tests.Cluster;
using Leasequery.EndToEnd.Tests.Upstream;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>What measures time has the machine for itself.</summary>
public sealed class AloneUnlessItWaitsSpec
{
    readonly AloneUnlessItWaits _collections = new(new TestAssembly(Reflector.Wrap(typeof(AloneUnlessItWaitsSpec).Assembly)));

    [Fact]
    public void specs_run_one_after_the_other_and_beside_nothing()
    {
        var collection = Of<FaultSpec>();

        Assert.Same(collection, Of<TwoServersSpec>());
        Assert.True(Assert.Single(collection.CollectionDefinition.GetCustomAttributes(typeof(CollectionDefinitionAttribute)))
            .GetNamedArgument<bool>(nameof(CollectionDefinitionAttribute.DisableParallelization)));
    }

    [Fact]
    public void specs_that_mostly_wait_run_beside_each_other()
    {
        var collection = Of<SilentServersSpec>();

        Assert.NotEqual(collection.UniqueID, Of<DialectSpec>().UniqueID);
        Assert.Null(collection.CollectionDefinition);
    }

    ITestCollection Of<T>() => _collections.Get(Reflector.Wrap(typeof(T)));
}
