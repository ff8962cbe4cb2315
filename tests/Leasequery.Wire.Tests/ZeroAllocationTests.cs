using Leasequery.Tests.Support;
using Leasequery.Wire.Leasequeries;
using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests;

/// <summary>
/// The way of a packet allocates nothing. Counted on this thread only and exactly, so this is a rule and no measurement.
/// </summary>
public class ZeroAllocationTests
{
    private const int Rounds = 10_000;
    private const uint Now = 1_700_000_000;

    private readonly byte[] _query = new byte[LeasequeryReply.MaxSize];
    private readonly byte[] _reply = new byte[LeasequeryReply.MaxSize];
    private readonly byte[] _options = RawMessage.Hex("01 04 ffffff00 0c 02 6162");
    private readonly byte[] _information = Enumerable.Range(0, 300).Select(i => (byte)i).ToArray(); // more than one option

    [Theory]
    [InlineData(LeasequeryDialect.Draft0)]
    [InlineData(LeasequeryDialect.Draft2)]
    [InlineData(LeasequeryDialect.Draft4)]
    [InlineData(LeasequeryDialect.Rfc4388)]
    public void From_query_to_reply_nothing_is_allocated(LeasequeryDialect dialect)
    {
        var request = new LeasequeryRequest(Ipv4Address.Parse("10.1.2.3"), Ipv4Address.Parse("10.9.9.9"), 1, 0,
            dialect.QueryType(), true, OptionSet.Read([1, 12, 51, 58, 59, 82]), WantsSourcePort: true);
        var length = request.Write(_query);
        Assert.Equal(0, Allocated(() => AnswerQuery(length, dialect)));
    }

    [Fact]
    public void Writing_a_query_and_reading_an_answer_allocates_nothing() =>
        Assert.Equal(0, Allocated(WriteQueryAndReadAnswer));

    private static long Allocated(Action action) => Allocations.Of(() =>
    {
        for (var i = 0; i < Rounds; i++)
            action();
    });

    private void AnswerQuery(int length, LeasequeryDialect dialect)
    {
        if (!DhcpPacket.TryParse(_query.AsSpan(0, length), out var packet, out _)
            || LeasequeryRequest.TryRead(packet, out var request) != LeasequeryRefusal.None)
            throw new InvalidOperationException("the query is one");
        var answer = new LeasequeryAnswer
        {
            Outcome = LeasequeryOutcome.Leased,
            ExpiresAt = Now + 3600,
            RenewsAt = Now + 1800,
            LastTransactionAt = Now - 60,
            Options = _options,
            RelayAgentInformation = _information,
        };
        LeasequeryReply.Write(_reply, request, dialect, answer, Now, new Ipv4Address(0x0a000001));
    }

    private void WriteQueryAndReadAnswer()
    {
        var request = new LeasequeryRequest(new Ipv4Address(1), new Ipv4Address(2), 3, 0, DhcpMessageType.LeaseQuery, true,
            OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RelayAgentInformation), WantsSourcePort: false);
        DhcpPacket.TryParse(_query.AsSpan(0, request.Write(_query)), out var packet, out _);

        Span<byte> scratch = stackalloc byte[400];
        packet.TryReadOption(DhcpOption.RelayAgentInformation, scratch, out var information);
        new RelayAgentInfo(information).TryGet(RelaySubOption.CircuitId, out _);
        packet.TryGetUInt32(DhcpOption.LeaseTime, out _);
        packet.TryGetAddress(DhcpOption.ServerIdentifier, out _);
        _ = packet.HardwareAddress == HardwareAddress.None;
    }
}
