namespace Leasequery.Benchmarks;

/// <summary>
/// A step of the ladder: codec, rules, entity, local region, remote region. One file a rung. BenchmarkDotNet times its
/// [Benchmark] methods; the same methods, listed here with what they may allocate, are what <c>--check-allocations</c> runs.
/// A rung that owns something (an actor system) builds it in its constructor and is disposable.
/// </summary>
public interface IRung
{
    /// <summary>What the rung does, operation by operation.</summary>
    IEnumerable<Operation> Operations { get; }
}

/// <summary>One operation of a rung.</summary>
/// <param name="Name">The name of the [Benchmark] method.</param>
/// <param name="Run">Runs it once and returns when it is done, on whatever threads.</param>
/// <param name="ExpectedBytes">The bytes that one run may allocate, on all threads together.</param>
public sealed record Operation(string Name, Action Run, long ExpectedBytes);
