using CsCheck;
using Leasequery.Wire.Leasequeries;
using Leasequery.Wire.Tests.Support;

namespace Leasequery.Wire.Tests;

/// <summary>The network may send anything: any bytes give a packet or a reason, never an exception and never a hang.</summary>
public class AnyBytesTests
{
    private const int FixedFields = 240;
    private const int Patience = 30_000; // milliseconds; a walk without end fails here instead of hanging the build

    /// <summary>Option codes and lengths that mean something, more often than chance would have them.</summary>
    private static readonly Gen<byte> GenOptionByte =
        Gen.Frequency((2, Gen.OneOf<byte>(0, 1, 2, 3, 4, 10, 19, 51, 52, 53, 55, 61, 82, 255)), (1, Gen.Byte));

    private static readonly Gen<byte[]> GenMessage =
        from fixedFields in Gen.Byte.Array[FixedFields]
        from options in GenOptionByte.Array[0, 400]
        from op in Gen.OneOf<byte>(1, 2)
        from hlen in Gen.Byte[0, 16]
        from startsWithType in Gen.Bool
        select Assemble(fixedFields, startsWithType ? [53, 1, 10, .. options] : options, op, hlen);

    private static readonly Gen<byte[]> GenMutated =
        from message in Gen.OneOf(ValidMessages())
        from changes in Gen.Select(Gen.Int[0, 2000], Gen.Byte).Array[1, 8]
        from length in Gen.Int[0, 700]
        select Mutate(message, changes, length);

    [Fact(Timeout = Patience)]
    public Task Noise_gives_a_packet_or_a_reason() => Task.Run(() => Gen.Byte.Array[0, 600].Sample(ReadEverything));

    [Fact(Timeout = Patience)]
    public Task Noise_with_a_cookie_gives_a_packet_or_a_reason() =>
        Task.Run(() => GenMessage.Sample(ReadEverything, iter: 2000));

    [Fact(Timeout = Patience)]
    public Task Valid_messages_with_changed_cut_or_added_bytes_give_a_packet_or_a_reason() =>
        Task.Run(() => GenMutated.Sample(ReadEverything, iter: 2000));

    [Fact]
    public void What_is_written_is_read_back() =>
        Gen.Select(Gen.Byte[1, 254], Gen.Byte.Array[0, 700]).Array[0, 6].Sample(options =>
        {
            var message = new byte[1472];
            var writer = new DhcpPacketWriter(message, DhcpOpCode.BootReply);
            writer.TryWriteOption(DhcpOption.MessageType, 5);
            var written = new List<(byte Code, byte[] Value)>();
            foreach (var (code, value) in options)
                if (code is not (52 or 53) && written.All(option => option.Code != code)
                    && writer.TryWriteOption((DhcpOption)code, value))
                    written.Add((code, value));

            var packet = RawMessage.Parse(message.AsSpan(0, writer.Finish()));
            foreach (var (code, value) in written)
            {
                Assert.True(packet.TryReadOption((DhcpOption)code, new byte[value.Length], out var read));
                Assert.Equal(value, read.ToArray());
            }
        });

    /// <summary>Parses, then uses every accessor there is; a failure is an exception, or a view outside the message.</summary>
    private static void ReadEverything(byte[] datagram)
    {
        if (!DhcpPacket.TryParse(datagram, out var packet, out var error))
        {
            Assert.NotEqual(DhcpParseError.None, error);
            return;
        }

        Assert.Equal(DhcpParseError.None, error);
        var walked = 0;
        foreach (var option in packet.Options)
            walked += 2 + option.Value.Length;
        Assert.InRange(walked, 3, datagram.Length - FixedFields + 128 + 64); // options, boot file, server name

        Span<byte> scratch = stackalloc byte[64];
        if (packet.TryReadOption(DhcpOption.RelayAgentInformation, scratch, out var information))
            RawMessage.SubOptions(new RelayAgentInfo(information));
        packet.TryGetAddress(DhcpOption.ServerIdentifier, out _);
        packet.TryGetUInt32(DhcpOption.LeaseTime, out _);
        Assert.InRange(packet.HardwareAddress.ToString().Length, 0, 4 + 16 * 3);
        Assert.NotNull($"{packet.OpCode}{packet.Hops}{packet.TransactionId}{packet.Seconds}{packet.Flags}{packet.ClientAddress}"
            + $"{packet.YourAddress}{packet.ServerAddress}{packet.RelayAddress}");

        if (LeasequeryRequest.TryRead(packet, out var request) == LeasequeryRefusal.None)
            Assert.InRange(request.Write(new byte[LeasequeryReply.MaxSize]), 300, LeasequeryReply.MaxSize);
    }

    private static byte[] Assemble(byte[] fixedFields, byte[] options, byte op, byte hlen)
    {
        fixedFields[0] = op;
        fixedFields[2] = hlen;
        RawMessage.Hex("63825363").CopyTo(fixedFields, FixedFields - 4);
        return [.. fixedFields, .. options];
    }

    private static byte[][] ValidMessages() =>
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Captures"), "*.pcap").SelectMany(PcapFile.ReadUdpPayloads),
        RawMessage.With("34 01 03 35 01 05 52 03 0101aa ff", bootFile: "52 03 0201bb ff", serverName: "0c 01 61 ff"),
    ];

    private static byte[] Mutate(byte[] message, (int Offset, byte Value)[] changes, int length)
    {
        var mutated = new byte[length];
        message.AsSpan(0, Math.Min(length, message.Length)).CopyTo(mutated);
        foreach (var (offset, value) in changes)
            if (length > 0)
                mutated[offset % length] = value;
        return mutated;
    }
}
