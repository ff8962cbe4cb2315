using Leasequery.Actors.Ingress;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Ingress;

public class DatagramSocketTests
{
    [Theory] // Linux has all of it since 5.0
    [InlineData("", "many in one call, taken in coalesced, sent as segments")]
    [InlineData("batching = off", "one in a call, taken in coalesced, sent as segments")]
    [InlineData("coalescing = off", "many in one call, taken in one by one, sent as segments")]
    [InlineData("segmentation = off", "many in one call, taken in coalesced, sent one by one")]
    [InlineData("batching = off, segmentation = off, coalescing = off", "one in a call, taken in one by one, sent one by one")]
    public void It_has_what_the_kernel_has_and_the_settings_allow(string ingress, string ways)
    {
        var settings = Node.Settings($"ingress {{ {ingress} }}").Ingress;
        using var socket = Assert.Single(DatagramSocket.Open(settings.Listen[0], 1, settings));
        Assert.Equal(ways, socket.ToString());
    }

    [Theory] // what the kernel says of a call or an option that it does not know, and a sandbox of a call that it forbids
    [InlineData(Sandbox.ReceiveMany, null, Libc.NoSuchCall, "one in a call, taken in coalesced, sent as segments")]
    [InlineData(Sandbox.ReceiveMany, null, Libc.NotPermitted, "one in a call, taken in coalesced, sent as segments")]
    [InlineData(Sandbox.SendMany, null, Libc.NoSuchCall, "one in a call, taken in coalesced, sent as segments")]
    [InlineData(Sandbox.SendMany, null, Libc.NotPermitted, "one in a call, taken in coalesced, sent as segments")]
    [InlineData(Sandbox.SetOption, Libc.UdpCoalesce, Libc.NoProtocolOption,
        "many in one call, taken in one by one, sent as segments")]
    [InlineData(Sandbox.GetOption, Libc.UdpSegment, Libc.NoProtocolOption,
        "many in one call, taken in coalesced, sent one by one")]
    [InlineData(Sandbox.SetOption, Libc.SoReceiveOverflow, Libc.NoProtocolOption,
        "many in one call, taken in coalesced, sent as segments")]
    public void What_the_kernel_lacks_is_found_out_and_done_without(int call, int? option, int error, string ways)
    {
        var settings = Node.Settings("").Ingress;
        var found = Sandbox.Without(call, option, error, () =>
        {
            using var socket = Assert.Single(DatagramSocket.Open(settings.Listen[0], 1, settings));
            return (socket.ToString(), socket.Calls.IsBatched, socket.Coalesces, socket.Segments);
        });
        Assert.Equal((ways, Says("many in"), Says("coalesced"), Says("as segments")), found);

        bool Says(string words) => ways.Contains(words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CPU_that_is_not_there_is_refused_by_its_key()
    {
        var mine = CpuAffinity.Allowed();
        Assert.NotEmpty(mine);
        Node.Settings($"ingress.cpus = [{mine[^1]}]").Ingress.CheckMachine();
        var refused =
            Assert.Throws<SettingsException>(() => Node.Settings($"ingress.cpus = [{mine[0]}, 1023]").Ingress.CheckMachine());
        Assert.Equal($"leasequery.ingress.cpus[1] = \"1023\": a CPU that this process may run on: {string.Join(", ", mine)}",
            refused.Message);
    }

    [Fact]
    public void A_pinned_thread_keeps_to_its_CPU_and_those_that_it_starts_do_not()
    {
        var mine = CpuAffinity.Allowed();
        IReadOnlyList<int> pinned = [], child = [];
        var error = -1;
        var thread = new Thread(() =>
        {
            error = CpuAffinity.Pin(mine[^1]);
            pinned = CpuAffinity.Allowed();
            var started = new Thread(() => child = CpuAffinity.Allowed());
            started.Start();
            started.Join();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0, error);
        Assert.Equal([mine[^1]], pinned);
        Assert.Equal(mine, child);
        Assert.NotEqual(0, RunPinned(1023));
    }

    private static int RunPinned(int cpu)
    {
        var error = 0;
        var thread = new Thread(() => error = CpuAffinity.Pin(cpu));
        thread.Start();
        thread.Join();
        return error;
    }
}
