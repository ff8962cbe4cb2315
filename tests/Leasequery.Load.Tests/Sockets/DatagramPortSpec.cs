using Leasequery.Load.Sockets;
using Leasequery.Load.Traffic;
using Leasequery.Wire;

namespace Leasequery.Load.Tests.Sockets;

public sealed class DatagramPortSpec : IDisposable
{
    private readonly LoopbackEcho _echo = new(message => message);

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(16, false)]
    [InlineData(64, true)]
    public void What_is_sent_arrives_datagram_by_datagram_however_it_is_sent(int segments, bool joins)
    {
        var here = new Ipv4Endpoint(Ipv4Address.Loopback, 0);
        using var port = DatagramPort.Open(new PortOptions(here, _echo.Endpoint, segments, joins));
        int[] lengths = [.. Enumerable.Repeat(300, 20), 40, 1400, .. Enumerable.Repeat(300, 5), 20];
        for (var i = 0; i < lengths.Length; i++)
        {
            port.Next[..lengths[i]].Fill((byte)i);
            port.Add(lengths[i]);
        }

        port.Flush();
        var came = new List<(int Length, byte Content)>();
        var limit = Nanoclock.Now + 5 * Nanoclock.PerSecond;
        while (came.Count < lengths.Length && Nanoclock.Now < limit)
        {
            var count = port.Receive(Nanoclock.PerSecond);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(-1, port.Datagram(i).IndexOfAnyExcept(port.Datagram(i)[0]));
                came.Add((port.Datagram(i).Length, port.Datagram(i)[0]));
            }
        }

        Assert.Equal(lengths.Select((length, i) => (length, (byte)i)), came);
    }

    [Fact]
    public void A_full_batch_says_so()
    {
        using var port = DatagramPort.Open(new PortOptions(new Ipv4Endpoint(Ipv4Address.Loopback, 0), _echo.Endpoint));
        var added = 0;
        for (; !port.IsFull; added++)
            port.Add(SendQueue.DatagramSize);
        Assert.Equal(64, added);
        port.Flush();
        Assert.False(port.IsFull);
    }

    public void Dispose() => _echo.Dispose();
}
