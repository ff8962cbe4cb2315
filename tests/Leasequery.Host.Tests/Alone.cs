namespace Leasequery.Host.Tests;

/// <summary>
/// Tests that run by themselves, after the others. A process that another test starts has the sockets of this one until it runs
/// its program, which takes a while on a busy machine: so long a port that was given back is still in use.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
