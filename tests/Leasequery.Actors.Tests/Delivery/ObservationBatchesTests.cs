using Akka.TestKit;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Forwarding;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Delivery;

public class ObservationBatchesTests : ActorSpec
{
    private static readonly LeaseGivenUp GivenUp = new(Subscriber, Modem, null, 7, BindingState.Released);

    private readonly TestProbe _one;
    private readonly TestProbe _two;
    private readonly DatagramCounters _counters = new();
    private readonly ObservationBatches _batches;

    public ObservationBatchesTests()
    {
        _one = CreateTestProbe();
        _two = CreateTestProbe();
        _batches = new ObservationBatches(TestActor, _counters);
    }

    [Fact]
    public void Each_node_gets_its_observations_in_one_message_when_the_batch_is_over()
    {
        _batches.Add(_one, Grant, 7);
        _batches.Add(_two, GivenUp, 7);
        _batches.Add(_one, GivenUp, 7);
        Assert.False(HasMessages);
        _batches.Flush();
        var one = ExpectGiven(_one);
        Assert.Equal(7, one.Ticket);
        Assert.Equal([Grant, GivenUp], Batches.Read(one));
        Assert.Equal([GivenUp], Batches.Read(ExpectGiven(_two)));
        Assert.Equal(3, _counters.DeliveredToNode);
        _batches.Flush();
        Assert.False(HasMessages);
    }

    [Fact]
    public void Those_of_another_ticket_are_another_message()
    {
        _batches.Add(_one, Grant, 7);
        _batches.Add(_one, GivenUp, 8);
        _batches.Flush();
        Assert.Equal(7, ExpectGiven(_one).Ticket);
        Assert.Equal(8, ExpectGiven(_one).Ticket);
    }

    [Fact]
    public void A_full_batch_goes_at_once_and_stays_within_its_size()
    {
        const int count = 60;
        var longest = Grant with
        {
            RelayAgentInformation = Octets(Gleaning.MaxRelayAgentInformation),
            Options = Octets(Gleaning.MaxKeptOptions),
        };
        for (var i = 0; i < count; i++)
            _batches.Add(_one, longest, 7);
        Assert.True(HasMessages);
        _batches.Flush();
        for (var left = count; left > 0;)
        {
            var given = ExpectGiven(_one);
            Assert.InRange(given.Bytes.Length, 1, BatchWriter.Capacity);
            left -= Batches.Read(given).Count;
        }

        Assert.False(HasMessages);
    }

    private DeliveryProtocol.Observations ExpectGiven(TestProbe node)
    {
        var given = ExpectMsg<ForwardActor.ToNode>();
        Assert.Equal(node.Ref, given.Node);
        return Assert.IsType<DeliveryProtocol.Observations>(given.Batch);
    }
}
