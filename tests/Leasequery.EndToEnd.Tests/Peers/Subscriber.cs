using System.Net.NetworkInformation;
using Leasequery.EndToEnd.Tests.Peers.Isc;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>A home on a line: a namespace with one interface, and the DHCP client on it.</summary>
public sealed class Subscriber : IDisposable
{
    /// <summary>The interface of every home.</summary>
    public const string InterfaceName = "eth0";

    internal Subscriber(NetworkNamespace place, string circuitId, PhysicalAddress hardwareAddress, IscDhcpClientSettings settings)
    {
        (Place, CircuitId, HardwareAddress) = (place, circuitId, hardwareAddress);
        Client = new IscDhcpClient(place, InterfaceName, settings);
    }

    /// <summary>Its namespace.</summary>
    public NetworkNamespace Place { get; }

    /// <summary>What the relay says of where it is.</summary>
    public string CircuitId { get; }

    /// <summary>Its chaddr.</summary>
    public PhysicalAddress HardwareAddress { get; }

    /// <summary>Its DHCP client.</summary>
    public IscDhcpClient Client { get; }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
