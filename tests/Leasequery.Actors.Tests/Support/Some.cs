using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Actors.Tests.Support;

/// <summary>The cast of the tests: an address, two devices that contend for it, and where they are.</summary>
internal static class Some
{
    /// <summary>When the tests begin, in Unix seconds.</summary>
    public const uint Now = 1_700_000_000;

    public const uint Hour = 3600;

    /// <summary>For waiting: long enough for a machine that is busy with other things.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly Ipv4Address Subscriber = Ipv4Address.Parse("10.1.2.3");
    public static readonly Ipv4Address Relay = Ipv4Address.Parse("10.9.0.1");
    public static readonly Ipv4Address Server = Ipv4Address.Parse("192.0.2.1");

    public static readonly HardwareAddress Modem = Device("00:0a:28:00:fa:42");
    public static readonly HardwareAddress Stranger = Device("00:0a:28:66:66:66");

    public static readonly ClientIdentifier ModemId = Client("ff000a2800");

    /// <summary>Circuit id and remote id.</summary>
    public static readonly OctetString Rai = Octets("0104000204430206c40415bda862");

    /// <summary>The modem gets an hour, through its relay.</summary>
    public static readonly LeaseGranted Grant =
        new(Subscriber, Modem, ModemId, 0x1234, Hour, null, null, Relay, Server, Rai, Octets("0104ffffff00"));

    /// <summary>What is known once the modem has its hour.</summary>
    public static readonly Binding Bound = new(Subscriber, BindingState.Leased, Modem, ModemId, 0x1234, Now,
        Now + 3600, Now + 1800, Now + 3150, Relay, Server, Rai, Octets("0104ffffff00"));

    public static HardwareAddress Device(string text) =>
        HardwareAddress.TryParse(text, out var device) ? device : throw new FormatException(text);

    public static ClientIdentifier Client(string hex) =>
        ClientIdentifier.TryCreate(Convert.FromHexString(hex), out var client) ? client : throw new FormatException(hex);

    public static OctetString Octets(string hex) => OctetString.Copy(Convert.FromHexString(hex));

    /// <summary>Bytes of a length, none like its neighbour.</summary>
    public static OctetString Octets(int length, int seed = 0) =>
        OctetString.Copy([.. Enumerable.Range(seed, length).Select(i => (byte)(i * 7 + i / 256))]);

    public static Ipv4Endpoint Endpoint(string text) =>
        Ipv4Endpoint.TryParse(text, Ipv4Endpoint.ServerPort, out var endpoint) ? endpoint : throw new FormatException(text);

    /// <summary>Waits until something holds that other threads bring about.</summary>
    /// <param name="what">What the test waits for; said when it does not come.</param>
    /// <param name="condition">Whether it holds.</param>
    public static void Eventually(string what, Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, Patience), $"{what}: not within {Patience}");
}
