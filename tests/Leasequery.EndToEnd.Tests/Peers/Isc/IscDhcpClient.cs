using System.Net;
using Leasequery.EndToEnd.Tests.Peers.Machine;

namespace Leasequery.EndToEnd.Tests.Peers.Isc;

/// <summary>How a subscriber's DHCP client behaves.</summary>
public sealed record IscDhcpClientSettings
{
    /// <summary>Option 61; none by default, as in most home routers.</summary>
    public string? ClientIdentifier { get; init; }

    /// <summary>
    /// Renews so early whatever the server says; dhclient itself picks a moment up to a quarter before or after.
    /// </summary>
    public TimeSpan? RenewAfter { get; init; }

    /// <summary>
    /// Renews by broadcast, which passes the relay; by default it goes straight to the server, as RFC 2131 says.
    /// </summary>
    public bool RenewByBroadcast { get; init; }

    /// <summary>An address it believes to have a lease for and asks for first. A wrong one makes the server say NAK.</summary>
    public IPAddress? Remembers { get; init; }

    internal string Configuration =>
        "request subnet-mask, routers;\n"
        + (ClientIdentifier is null ? "" : $"send dhcp-client-identifier \"{ClientIdentifier}\";\n")
        + (RenewAfter is { } time ? $"supersede dhcp-renewal-time {(int)time.TotalSeconds};\n" : "")
        + (RenewByBroadcast ? "supersede dhcp-server-identifier 255.255.255.255;\n" : "");

    internal string LeaseFile(string interfaceName, DateTimeOffset now) => Remembers is null
        ? ""
        : $$"""
        lease {
          interface "{{interfaceName}}";
          fixed-address {{Remembers}};
          option subnet-mask 255.255.255.0;
          renew {{DhcpLease.Time(now.AddHours(1))}};
          rebind {{DhcpLease.Time(now.AddHours(2))}};
          expire {{DhcpLease.Time(now.AddHours(3))}};
        }

        """;
}

/// <summary>
/// ISC dhclient in a namespace of its own. Its script is ours and only touches that namespace, by name: the usual one
/// rewrites the resolver and the routes of the machine.
/// </summary>
public sealed class IscDhcpClient : IDisposable
{
    readonly TempFolder _folder = new("dhclient");
    readonly string[] _arguments;
    readonly NetworkNamespace _place;
    ChildProcess? _process;
    int _readUntil;

    /// <summary>Prepares a client; <see cref="Start"/> starts it.</summary>
    public IscDhcpClient(NetworkNamespace place, string interfaceName, IscDhcpClientSettings? settings = null)
    {
        _place = place;
        settings ??= new IscDhcpClientSettings();
        var script = _folder.Write("script", Script(place.Name));
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _arguments =
        [
            "-4", "-d", "-v",
            "-cf", _folder.Write("dhclient.conf", settings.Configuration),
            "-lf", _folder.Write("dhclient.leases", settings.LeaseFile(interfaceName, DateTimeOffset.UtcNow)),
            "-pf", _folder.At("dhclient.pid"),
            "-sf", script,
            interfaceName,
        ];
    }

    /// <summary>The program and its log.</summary>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("The client was not started.");

    /// <summary>Starts it; it sends its first message at once.</summary>
    public void Start()
    {
        _process?.Dispose();
        _process = ChildProcess.Start("dhclient", _arguments, _place);
        _readUntil = 0;
    }

    /// <summary>Waits until it has an address; called again, until it has renewed.</summary>
    public async Task<IPAddress> BoundAsync(string what = "a subscriber to get its address")
    {
        var match = await Process.WaitForLineAsync(@"^bound to (\S+)", Deadlines.Program, what, _readUntil);
        _readUntil += 1 + Process.Lines.Skip(_readUntil)
            .TakeWhile(line => !line.StartsWith("bound to ", StringComparison.Ordinal))
            .Count();
        return IPAddress.Parse(match.Groups[1].Value);
    }

    /// <summary>Gives the address back: ends the running client and sends a RELEASE.</summary>
    public async Task ReleaseAsync()
    {
        using var release = ChildProcess.Start("dhclient", ["-r", .. _arguments], _place);
        await release.WaitForExitAsync(Deadlines.Program, "a subscriber to release its address");
    }

    /// <summary>Ends the client as a power cut would: the server hears nothing, the lease goes on.</summary>
    public void Stop() => _process?.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _process?.Dispose();
        _folder.Dispose();
    }

    static string Script(string place) =>
        $$"""
        #!/bin/sh
        ip='{{PeerRequirements.PathOf("ip")}} -n {{place}}'
        case $reason in
          BOUND|RENEW|REBIND|REBOOT)
            $ip address replace "$new_ip_address/$new_subnet_mask" dev "$interface"
            [ -z "$new_routers" ] || $ip route replace default via "${new_routers%% *}" ;;
          EXPIRE|FAIL|RELEASE|STOP)
            $ip address flush dev "$interface" ;;
        esac
        exit 0

        """;
}
