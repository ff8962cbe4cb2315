namespace Leasequery.EndToEnd.Tests.Peers;

/// <summary>
/// What the tests with real DHCP programs need of the machine, and whether a machine without it is an error.
/// A laptop may lack them, a build server may not: a suite that skips its strongest tests in silence proves nothing.
/// </summary>
public static class PeerRequirements
{
    /// <summary>Programs and the Debian package each comes in, so that the reason for a skip says how to end it.</summary>
    static readonly (string Program, string Package)[] Programs =
    [
        ("dhcpd", "isc-dhcp-server"),
        ("dhcrelay", "isc-dhcp-relay"),
        ("dhclient", "isc-dhcp-client"),
        ("kea-dhcp4", "kea-dhcp4-server"),
        ("tshark", "tshark"),
        ("dumpcap", "tshark"),
        ("ip", "iproute2"),
        ("nft", "nftables"),
        ("initdb", "postgresql"),
        ("setpriv", "util-linux"),
        ("systemctl", "systemd"),
    ];

    /// <summary>Bits of Linux capabilities: NET_ADMIN for links, NET_RAW for captures, SYS_ADMIN for namespaces.</summary>
    static readonly (int Bit, string Name)[] Capabilities = [(12, "CAP_NET_ADMIN"), (13, "CAP_NET_RAW"), (21, "CAP_SYS_ADMIN")];

    static readonly Lazy<string?> Found = new(Look);

    /// <summary>Why peers cannot run here, or null when they can.</summary>
    public static string? Missing => Found.Value;

    /// <summary>True where a missing peer must fail the test instead of skipping it.</summary>
    public static bool Required =>
        Environment.GetEnvironmentVariable("CI") == "true"
        || Environment.GetEnvironmentVariable("LEASEQUERY_TESTS_REQUIRE_PEERS") == "1";

    /// <summary>The path of a program; looks in sbin too, which is often not on the PATH of a plain shell.</summary>
    public static string PathOf(string program) =>
        Find(program) ?? throw new InvalidOperationException($"{program} is not installed. {Missing}");

    static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/sbin", "/usr/bin", "/bin", .. PostgreSqlFolders()])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>Debian keeps the programs of each version apart, and off the PATH.</summary>
    static IEnumerable<string> PostgreSqlFolders() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql")
            .OrderDescending(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin"))
        : [];

    static string? Look()
    {
        if (!OperatingSystem.IsLinux())
            return "Needs Linux: the peers run in network namespaces.";
        var packages = Programs.Where(p => Find(p.Program) is null).Select(p => p.Package).Distinct().ToArray();
        if (packages.Length > 0)
            return $"Needs the Debian packages {string.Join(", ", packages)}; tests/run installs them.";
        if (!Environment.IsPrivilegedProcess)
            return "Needs root: the peers run in network namespaces that the test makes.";
        var held = EffectiveCapabilities();
        var lacking = Capabilities.Where(c => (held & (1UL << c.Bit)) == 0).Select(c => c.Name).ToArray();
        return lacking.Length > 0 ? $"Needs {string.Join(", ", lacking)}: root in this container may not make networks." : null;
    }

    static ulong EffectiveCapabilities()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        return Convert.ToUInt64(line["CapEff:".Length..].Trim(), 16);
    }
}
