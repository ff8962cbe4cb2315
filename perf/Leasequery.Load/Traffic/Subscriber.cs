using System.Buffers.Binary;
using System.Text;
using Leasequery.Wire;

namespace Leasequery.Load.Traffic;

/// <summary>
/// Who lives on an address, computed from the address alone: whoever loads the bindings and whoever checks the answers need not
/// speak with each other.
/// </summary>
internal static class Subscriber
{
    /// <summary>The length of <see cref="WriteLocation"/>'s option 82: what cable plants send is about as long.</summary>
    public const int LocationSize = 44;

    private const byte LocallyAdministered = 0x02;

    /// <summary>The device: 02:4c and the address.</summary>
    public static HardwareAddress Device(Ipv4Address address)
    {
        Span<byte> bytes = [LocallyAdministered, 0x4c, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], address.Value);
        HardwareAddress.TryCreate(HardwareAddress.Ethernet, bytes, out var device);
        return device;
    }

    /// <summary>Option 82: circuit id <c>cable7/0/03-0a000001</c>, the modem, subscriber id <c>sub-0a000001</c>.</summary>
    public static void WriteLocation(Ipv4Address address, Span<byte> location)
    {
        Span<char> text = stackalloc char[2 * Ipv4Address.Size];
        address.Value.TryFormat(text, out _, "x8");
        location[0] = (byte)RelaySubOption.CircuitId;
        location[1] = 20;
        "cable7/0/03-"u8.CopyTo(location[2..]);
        Encoding.ASCII.GetBytes(text, location[14..]);
        location[22] = (byte)RelaySubOption.RemoteId;
        location[23] = 6;
        location[24] = LocallyAdministered;
        location[25] = 0xca;
        BinaryPrimitives.WriteUInt32BigEndian(location[26..], address.Value);
        location[30] = (byte)RelaySubOption.SubscriberId;
        location[31] = 12;
        "sub-"u8.CopyTo(location[32..]);
        Encoding.ASCII.GetBytes(text, location[36..]);
    }
}
