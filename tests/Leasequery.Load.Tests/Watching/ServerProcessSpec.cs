using Leasequery.Load.Commands;
using Leasequery.Load.Watching;

namespace Leasequery.Load.Tests.Watching;

public class ServerProcessSpec
{
    [Theory]
    [InlineData("1 (dhcpd) S 0 1 1 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 1 0", 2_000_000_000)]
    [InlineData("1 (.NET (a) 7) R 0 1 1 0 -1 4194560 1 2 3 4 1 0 9 9 20 0 1 0", 10_000_000)]
    public void Processor_time_is_read_behind_the_name_whatever_is_in_it(string stat, long nanoseconds) =>
        Assert.Equal(nanoseconds, ServerProcess.ReadProcessorTime(stat));

    [Fact]
    public void Memory_is_read_in_bytes() =>
        Assert.Equal(12 * 1024, ServerProcess.ReadMemory("Name:\tx\nVmHWM:\t      99 kB\nVmRSS:\t      12 kB\nThreads:\t1\n"));

    [Fact]
    public void This_process_is_found_and_one_that_is_not_there_is_said()
    {
        Assert.True(ServerProcess.Find(Environment.ProcessId).Memory > 0);
        Assert.Contains("/proc/2147483647", Assert.Throws<LoadFailedException>(() => ServerProcess.Find(int.MaxValue)).Message,
            StringComparison.Ordinal);
    }
}
