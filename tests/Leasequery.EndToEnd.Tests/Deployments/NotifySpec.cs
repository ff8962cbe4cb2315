using System.Net.Sockets;
using System.Text;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Deployments;

/// <summary>
/// What a service manager hears of the service. It is told by NOTIFY_SOCKET alone, whatever the parent process is called: a
/// hardened unit does not see its parent.
/// </summary>
public sealed class NotifySpec
{
    [Fact]
    public async Task the_service_tells_when_it_is_up_and_when_it_ends()
    {
        using var folder = new TempFolder("notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Deadlines.Service.TotalMilliseconds,
        };
        manager.Bind(new UnixDomainSocketEndPoint(folder.At("notify")));
        using var service = await LeasequeryProcess.WhenReadyAsync(
            Executable.Start(new ServeSettings(folder.At("store")).Arguments, ("NOTIFY_SOCKET", folder.At("notify"))));

        Assert.Equal("READY=1", Hear(manager));
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Equal("STOPPING=1", Hear(manager));
    }

    static string Hear(Socket manager)
    {
        var word = new byte[256];
        return Encoding.UTF8.GetString(word, 0, manager.Receive(word)).TrimEnd('\n');
    }
}
