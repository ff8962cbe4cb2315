using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>The capture that other specs replay: that it can be made again, and that the one kept is as promised.</summary>
public sealed class AccessNetworkRecordingSpec
{
    const int Request = 1, Reply = 2;
    const int Discover = 1, Offer = 2, DhcpRequest = 3, Ack = 5, Nak = 6, Release = 7;

    static readonly IPAddress Server = AccessNetworkPlan.ServerAddress;

    /// <summary>LEASEQUERY_WRITE_CAPTURE=path keeps what was recorded.</summary>
    [PeerFact]
    public async Task the_capture_can_be_made_again() =>
        AssertComplete(await AccessNetworkRecording.MakeAsync(Environment.GetEnvironmentVariable("LEASEQUERY_WRITE_CAPTURE")));

    [Fact]
    public void the_capture_that_is_kept_has_every_act() => AssertComplete(PcapFile.Read(CaptureFiles.AccessNetwork));

    static void AssertComplete(IReadOnlyList<CapturedDatagram> datagrams)
    {
        int Count(int opCode, int messageType, Func<CapturedDatagram, bool>? which = null) => datagrams.Count(
            seen => seen.OpCode == opCode && seen.MessageType == messageType && (which is null || which(seen)));

        Assert.True(Count(Request, Discover) >= 8, "each subscriber discovers");
        Assert.True(Count(Reply, Offer) >= 8, "and is offered an address");
        Assert.True(Count(Request, DhcpRequest) >= 10, "requests it, and two renew");
        Assert.True(Count(Reply, Ack) >= 10, "and gets it");
        Assert.True(Count(Reply, Nak) >= 1, "an address of another network is refused");
        Assert.True(Count(Request, Release) >= 1, "one leaves");
        Assert.True(Count(Request, DhcpRequest, FromSubscriber) >= 1, "a renewal goes straight to the server");
        Assert.True(Count(Reply, Ack, ToSubscriber) >= 1, "and is acknowledged past the relay");
        Assert.Equal(4, datagrams.Where(seen => seen is { OpCode: Reply, MessageType: Ack } && !ToSubscriber(seen))
            .Select(seen => seen.Destination.Address).Distinct().Count());
    }

    static bool FromSubscriber(CapturedDatagram seen) => seen.Source.Port == 68 && seen.Destination.Address.Equals(Server);

    static bool ToSubscriber(CapturedDatagram seen) => seen.Destination.Port == 68 && seen.Source.Address.Equals(Server);
}
