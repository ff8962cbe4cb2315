using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests.Support;

/// <summary>The cast of the tests: an address, two devices that contend for it, and what they usually do.</summary>
internal static class Some
{
    /// <summary>When the tests begin, in Unix seconds.</summary>
    public const uint Now = 1_700_000_000;

    public const uint Hour = 3600;

    public static readonly Ipv4Address Address = Ipv4Address.Parse("10.1.2.3");
    public static readonly Ipv4Address Relay = Ipv4Address.Parse("10.1.0.1");
    public static readonly Ipv4Address Server = Ipv4Address.Parse("192.0.2.1");

    public static readonly HardwareAddress Modem = Device("00:0a:28:00:fa:42");
    public static readonly HardwareAddress Stranger = Device("00:0a:28:66:66:66");

    public static readonly ClientIdentifier ModemId = Client("ff000a2800");
    public static readonly ClientIdentifier StrangerId = Client("ff66666666");

    /// <summary>Circuit id and remote id.</summary>
    public static readonly OctetString Rai = Octets("0104000204430206c40415bda862");

    public static readonly OctetString OtherRai = Octets("010400020666");

    /// <summary>The modem gets an hour, through its relay.</summary>
    public static readonly LeaseGranted Grant = new(Address, Modem, null, 0x1234, Hour, null, null, Relay, Server, Rai, default);

    public static HardwareAddress Device(string text) =>
        HardwareAddress.TryParse(text, out var device) ? device : throw new FormatException(text);

    public static ClientIdentifier Client(string hex) =>
        ClientIdentifier.TryCreate(Convert.FromHexString(hex), out var client) ? client : throw new FormatException(hex);

    public static OctetString Octets(string hex) => OctetString.Copy(Convert.FromHexString(hex));

    /// <summary>What is known after these observations, each at its time.</summary>
    public static Binding? After(params (Observation Observation, uint At)[] seen) => seen.Aggregate(
        (Binding?)null,
        (binding, step) => BindingRules.Decide(binding, step.Observation, step.At) is { } happened
            ? BindingRules.Apply(binding, happened)
            : binding);

    /// <summary>The modem's binding, made at <see cref="Now"/>.</summary>
    public static Binding Bound(LeaseGranted? grant = null) =>
        After((grant ?? Grant, Now)) ?? throw new InvalidOperationException("a grant binds");
}
