using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Leasequery.Actors.Membership;

/// <summary>The version of the service that each node of a cluster runs, and what the others may expect of it.</summary>
internal static class ServiceVersion
{
    private static readonly AppVersion FirstWithObservations = AppVersion.Create("0.2.0");
    private static readonly AppVersion FirstWithReturns = AppVersion.Create("0.3.0");
    private static readonly AppVersion FirstWithDepartures = AppVersion.Create("0.3.0");

    /// <summary>This version.</summary>
    public static string Own { get; } = typeof(ServiceVersion).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>
    /// Tells the other nodes. Without it Akka would tell the version of whatever program the service is embedded in.
    /// </summary>
    public static Config Config { get; } = ConfigurationFactory.ParseString($"akka.cluster.app-version = \"{Own}\"");

    /// <summary>Whether a node of a version takes in batches what others have gleaned (manifest observations-1).</summary>
    public static bool TakesObservations(AppVersion version) => version.CompareTo(FirstWithObservations) >= 0;

    /// <summary>Whether a node of a version asks a DHCP server's actor again when its query comes back.</summary>
    public static bool AsksServersAgain(AppVersion version) => version.CompareTo(FirstWithReturns) >= 0;

    /// <summary>Whether a node of a version knows what it means that another is about to leave (manifest leaving-1).</summary>
    public static bool TakesLeaving(AppVersion version) => version.CompareTo(FirstWithDepartures) >= 0;

    /// <summary>What a node runs, as its cluster knows it; null when it is no member.</summary>
    public static Func<Address, AppVersion?> Of(ActorSystem system)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        return node => cluster.State.Members.FirstOrDefault(member => member.Address == node)?.AppVersion;
    }
}
