using CsCheck;
using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Tests.Forwarding;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Delivery;

/// <summary>The bytes between nodes. Two versions may run side by side, so those of a version do not change.</summary>
public class ObservationCodecTests
{
    internal const string Observations1 = """
        000000000000002a 0003 00
        01 01 06 05 0a010203 00001234 00000e10 00000000 00000000 0a090001 c0000201 000e 0006 00
        000a2800fa42 ff000a2800 0104000204430206c40415bda862 0104ffffff00
        01 01 06 00 0a010203 00001234 00000e10 00000708 00000c4e 0a090001 c0000201 0000 0000 03
        000a2800fa42
        02 01 06 05 0a010203 00001235 000a2800fa42 ff000a2800
        """;

    internal const string Results1 = "000000000000002a 0003 00 0a010203 00 0a010204 01 0a010205 02";

    private const int First = Batch.HeadSize;

    internal static readonly Observation[] Read1 =
    [
        Grant,
        Grant with
        {
            ClientIdentifier = null,
            RenewalSeconds = 1800,
            RebindingSeconds = 3150,
            RelayAgentInformation = default,
            Options = default,
        },
        new LeaseGivenUp(Subscriber, Modem, ModemId, 0x1235, BindingState.Released),
    ];

    private static readonly Gen<Observation> AnyObservation = Gen.OneOf(
        Gen.Select(
            Support.Any.Binding,
            Gen.UInt.Nullable(),
            Gen.UInt.Nullable(),
            (of, renewal, rebinding) => (Observation)new LeaseGranted(of.Address, of.Device, of.ClientIdentifier,
                of.TransactionId, of.ExpiresAt, renewal, rebinding, of.Relay, of.Server, of.RelayAgentInformation, of.Options)),
        Gen.Select(
            Support.Any.Binding,
            Gen.OneOf<BindingState>(BindingState.Released, BindingState.Declined),
            (of, state) => (Observation)new LeaseGivenUp(of.Address, of.Device, of.ClientIdentifier, of.TransactionId, state)));

    [Fact]
    public void Observations_of_version_1_are_written_as_they_are_read()
    {
        var batch = Batches.Observations(42, Read1);
        Assert.Equal(Bytes(Observations1), batch.Bytes);
        Assert.Equal(Read1, Batches.Read(DeliveryProtocol.Observations.Read(Bytes(Observations1))));
        Assert.Equal((42, 3), (batch.Ticket, batch.Count));
    }

    [Fact]
    public void Results_of_version_1_are_written_as_they_are_read()
    {
        (Ipv4Address, GleanResult)[] results =
        [
            (Subscriber, GleanResult.Stored), (Ipv4Address.Parse("10.1.2.4"), GleanResult.Unchanged),
            (Ipv4Address.Parse("10.1.2.5"), GleanResult.NotStored),
        ];
        Assert.Equal(Bytes(Results1), Batches.Results(42, results).Bytes);
        Assert.Equal(results, Batches.Read(DeliveryProtocol.Results.Read(Bytes(Results1))));
    }

    [Fact]
    public void Any_observation_comes_back_as_it_was() => Gen.Select(AnyObservation, AnyObservation).Sample((one, two) =>
        Assert.Equal([one, two], Batches.Read(DeliveryProtocol.Observations.Read(Batches.Observations(1, one, two).Bytes))));

    [Fact]
    public void The_longest_one_fits()
    {
        var longest = Grant with
        {
            Device = Device("00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f"),
            ClientIdentifier = Client(Octets(ClientIdentifier.MaxLength).ToString()),
            RelayAgentInformation = Octets(Gleaning.MaxRelayAgentInformation),
            Options = Octets(Gleaning.MaxKeptOptions),
        };
        Assert.Equal(ObservationCodec.MaxSize, ObservationCodec.Write(new byte[ObservationCodec.MaxSize], longest));
    }

    [Theory] // offset in the batch, value
    [InlineData("a state that is not gleaned", First, (byte)BindingState.Expired)]
    [InlineData("no state", First, 0)]
    [InlineData("a hardware address of 17 bytes", First + 2, 17)]
    [InlineData("a client identifier of one byte", First + 3, 1)]
    [InlineData("an option 82 that no record has room for", First + 32, 4)]
    [InlineData("other options that no record has room for", First + 34, 1)]
    [InlineData("bits that mean nothing yet", First + 36, 4)]
    [InlineData("a mark that means nothing yet", 10, 2)]
    [InlineData("fewer than there are", 9, 2)]
    [InlineData("more than there are", 9, 4)]
    public void Damaged_observations_are_refused(string damage, int offset, byte value)
    {
        var bytes = Bytes(Observations1);
        bytes[offset] = value;
        Assert.True(Record.Exception(() => DeliveryProtocol.Observations.Read(bytes)) is InvalidDataException, damage);
    }

    [Theory]
    [InlineData("a result that no rule knows", First + 4, 3)]
    [InlineData("fewer than there are", 9, 2)]
    [InlineData("more than there are", 9, 4)]
    public void Damaged_results_are_refused(string damage, int offset, byte value)
    {
        var bytes = Bytes(Results1);
        bytes[offset] = value;
        Assert.True(Record.Exception(() => DeliveryProtocol.Results.Read(bytes)) is InvalidDataException, damage);
    }

    [Fact]
    public void The_states_and_results_have_the_numbers_of_version_1()
    {
        Assert.Equal((1, 2, 3), ((int)BindingState.Leased, (int)BindingState.Released, (int)BindingState.Declined));
        Assert.Equal((0, 1, 2), ((int)GleanResult.Stored, (int)GleanResult.Unchanged, (int)GleanResult.NotStored));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));
}
