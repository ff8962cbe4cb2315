using CsCheck;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Serialization;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Serialization;

public class BindingCodecTests
{
    /// <summary>A stored row of version 1. Such bytes lie in databases for ever, so these never change.</summary>
    internal const string Version1 = """
        0a010203 01 01 06 05
        00001234 6553f100 6553ff10 6553f808 6553fd4e
        0a090001 c0000201 000e 0006
        000a2800fa42
        ff000a2800
        0104000204430206c40415bda862
        0104ffffff00
        """;

    private const string Version1Bare = """
        0a010203 03 00 00 00
        00000000 00000000 00000000 00000000 00000000
        00000000 00000000 0000 0000
        """;

    private static readonly Binding Bare =
        new(Subscriber, BindingState.Declined, default, null, 0, 0, 0, 0, 0, default, default, default, default);

    [Fact]
    public void A_row_of_version_1_is_read_for_ever()
    {
        Assert.Equal(new LeaseBound(Bound), LeasequerySerializer.ReadEvent("bound-1", Bytes(Version1)));
        Assert.Equal(new LeaseEnded(Bound), LeasequerySerializer.ReadEvent("ended-1", Bytes(Version1)));
        Assert.Equal(new DeviceConfigured(Bound), LeasequerySerializer.ReadEvent("configured-1", Bytes(Version1)));
        Assert.Equal(new LeaseEnded(Bare), LeasequerySerializer.ReadEvent("ended-1", Bytes(Version1Bare)));
    }

    [Fact]
    public void Version_1_is_written_as_it_is_read()
    {
        Assert.Equal(Bytes(Version1), Written(Bound));
        Assert.Equal(Bytes(Version1Bare), Written(Bare));
    }

    [Theory] // offset, and what stands there
    [InlineData("no such state", 4, 0)]
    [InlineData("no such state", 4, 6)]
    [InlineData("a hardware address of 17 bytes", 6, 17)]
    [InlineData("lengths that are not there", 7, 6)]
    [InlineData("option 82 of more than 1020 bytes", 36, 0xff)]
    [InlineData("options of more than 255 bytes", 38, 0xff)]
    public void A_damaged_row_is_refused(string damage, int offset, byte value)
    {
        var bytes = Bytes(Version1);
        bytes[offset] = value;
        Array.Resize(ref bytes, 70_000);
        Assert.True(IsRefused(bytes.AsSpan(0, LengthSaid(bytes, offset)).ToArray()), damage);
    }

    [Fact]
    public void A_client_identifier_of_one_byte_is_refused()
    {
        var bytes = Bytes(Version1Bare);
        bytes[7] = 1;
        Assert.True(IsRefused([.. bytes, 0x42]));
    }

    [Fact]
    public void Any_bytes_are_a_binding_that_the_table_can_hold_or_are_refused()
    {
        using var table = new LocationTable(new ShardMap(1));
        table.Begin(0);
        Gen.Select(Gen.Byte.Array[40], Gen.Byte.Array[0, 60]).Sample((head, rest) =>
        {
            (head[4], head[6], head[7]) = ((byte)(head[4] & 3), (byte)(head[6] % 20), (byte)(head[7] % 20)); // often nearly right
            (head[36], head[37], head[38]) = (0, (byte)(head[37] % 20), 0);
            head[39] = (byte)Math.Max(0, rest.Length - head[6] - head[7] - head[37]);
            byte[] bytes = [.. head, .. rest];
            if (IsRefused(bytes))
                return;
            var binding = BindingCodec.Read(bytes);
            table.Publish(binding, uint.MaxValue);
            Assert.Equal(Node.Answer(binding), Node.Find(table, binding.Address));
            Assert.Equal(bytes, Written(binding));
        }, threads: 1);
    }

    // The length that the bytes then have by their own account, so that only what was changed is wrong; where that was the
    // point, the length that they had.
    private static int LengthSaid(byte[] bytes, int offset) => offset == 7
        ? Bytes(Version1).Length
        : 40 + bytes[6] + bytes[7] + bytes[36] * 256 + bytes[37] + bytes[38] * 256 + bytes[39];

    private static bool IsRefused(byte[] bytes)
    {
        try
        {
            BindingCodec.Read(bytes);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static byte[] Written(Binding binding)
    {
        var bytes = new byte[BindingCodec.SizeOf(binding)];
        BindingCodec.Write(binding, bytes);
        return bytes;
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));
}
