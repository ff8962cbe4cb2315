using System.Net.NetworkInformation;
using System.Net.Sockets;
using Leasequery.Actors.Settings;
using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>
/// The address that other nodes know this one by. It has to be the one that they find among their seeds: to Akka, two names of a
/// node are two nodes. So it is always a number, never a name.
/// </summary>
internal static class NodeAddress
{
    private const string Key = "leasequery.cluster.host";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The address of this node.</summary>
    /// <exception cref="SettingsException">It cannot be told, or the machine does not have it.</exception>
    public static Ipv4Endpoint Of(MembershipSettings settings)
    {
        if (settings.Host.Length == 0)
            return new Ipv4Endpoint(Choose(settings, LocalAddresses()), settings.Port);
        var addresses = Resolve(settings.Host);
        return addresses is [var only]
            ? new Ipv4Endpoint(only, settings.Port)
            : throw new SettingsException(Key, $"\"{settings.Host}\"",
                $"an IPv4 address of this node, or a name of just one; this has {addresses.Count}")
            {
                MayPass = addresses.Count == 0, // who knows the name may still be starting
            };
    }

    /// <summary>The one among our own that a seed names; otherwise the only one that is not the loopback.</summary>
    public static Ipv4Address Choose(MembershipSettings settings, IReadOnlyList<Ipv4Address> own)
    {
        var named = own.Where(address => settings.Seeds.Contains(new SeedName(address.ToString(), settings.Port))).ToArray();
        var outside = own.Where(address => address.Value >> 24 != 127).ToArray();
        return (named, outside) switch
        {
            ([var one], _) => one,
            ([], [var one]) => one,
            _ => throw new SettingsException(Key, "\"\"",
                "the address of this node that the others reach it by: one of "
                    + string.Join(", ", named.Length > 0 ? named : own))
            {
                // The network, or the one address that a seed names, may not be there yet.
                MayPass = named.Length == 0
                    && (outside.Length == 0 || settings.Seeds.Any(seed => Ipv4Address.TryParse(seed.Host, out _))),
            },
        };
    }

    private static IReadOnlyList<Ipv4Address> Resolve(string host)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            // At the start of the process, and nothing else can go on without it.
            return SeedResolver.ResolveAsync(host, limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return []; // whoever should know it does not answer
        }
    }

    private static Ipv4Address[] LocalAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Where(address => address.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(address => Ipv4Address.Read(address.Address.GetAddressBytes()))
            .Distinct(),
    ];
}
