using Leasequery.Actors.Ingress;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;

namespace Leasequery.Actors.Tests.Ingress;

public sealed class ReceiveBatchTests : IDisposable
{
    private const int Length = 300;

    private readonly DatagramSocket _socket;
    private readonly ReceiveBatch _batch;
    private readonly Requestor _requestor = new();

    public ReceiveBatchTests()
    {
        var settings = Node.Settings().Ingress;
        _socket = Assert.Single(DatagramSocket.Open(settings.Listen[0], 1, settings));
        _batch = new ReceiveBatch(_socket, capacity: 20, new DatagramCounters());
    }

    public void Dispose()
    {
        _requestor.Dispose();
        _batch.Dispose();
        _socket.Dispose();
    }

    [Theory]
    [InlineData(20, 1)]
    [InlineData(1, 20)] // a train
    public void What_it_peeks_is_what_it_gives_later(int messages, int datagramsEach)
    {
        const int datagrams = 20;
        for (var message = 0; message < messages; message++)
            Send(message, datagramsEach);

        Assert.True(_batch.Receive());
        Assert.True(_batch.TryTake(out _)); // before, it is not known whether a train came
        for (var taken = 1; taken < datagrams; taken++)
        {
            Assert.Equal(Enumerable.Range(taken, datagrams - taken), Peek(datagrams - taken));
            Assert.True(_batch.Peek(datagrams - taken).IsEmpty);
            Assert.True(_batch.TryTake(out var datagram));
            Assert.Equal((taken, Length), (datagram.Bytes[0], datagram.Bytes.Length));
        }

        Assert.False(_batch.TryTake(out _));
        Assert.True(_batch.Peek(0).IsEmpty);
    }

    [Fact]
    public void Of_trains_that_come_later_it_peeks_at_the_first_datagram()
    {
        Send(first: 0, 4);
        Send(first: 4, 4);
        Send(first: 8, 1);

        Assert.True(_batch.Receive());
        Assert.True(_batch.TryTake(out _));
        Assert.Equal([1, 2, 3, 4, 8], Peek(5));
        Assert.True(_batch.Peek(5).IsEmpty);
    }

    private void Send(int first, int datagrams) => _requestor.SendTrain(
        [.. Enumerable.Range(first, datagrams).SelectMany(value => Enumerable.Repeat((byte)value, Length))], Length,
        _socket.Endpoint);

    private int[] Peek(int count) => [.. Enumerable.Range(0, count).Select(ahead => (int)_batch.Peek(ahead)[0])];
}
