using Leasequery.Domain.Networks;
using Leasequery.Wire;

namespace Leasequery.Domain.Upstream;

/// <summary>
/// Which server manages which network: any ACK shows it (N41), so the next question there goes to it alone (N17). Forgotten when
/// the server falls silent, because another may have taken over. Bounded by networks times servers; safe for any thread.
/// </summary>
public sealed class AuthorityMap
{
    private readonly IReadOnlyList<string> _servers;
    private readonly PrefixTable<Authorities> _networks;
    private readonly Lock _writing = new();

    /// <summary>Nothing is known yet.</summary>
    /// <param name="networks">The managed networks: what is learned of one address holds for its prefix.</param>
    /// <param name="servers">All servers, in the order in which they are asked.</param>
    public AuthorityMap(ManagedNetworks networks, IReadOnlyList<string> servers)
    {
        _servers = [.. servers];
        _networks = new PrefixTable<Authorities>(networks.Prefixes.Select(prefix => (prefix, new Authorities())));
    }

    /// <summary>
    /// A server answered for an address. An address outside the networks, or a server that is not ours, teaches nothing.
    /// </summary>
    public void Learn(string server, Ipv4Address address)
    {
        if (_networks.Find(address) is not { } network || network.Servers.Contains(server) || !_servers.Contains(server))
            return;
        lock (_writing)
            network.Servers = [.. _servers.Where(known => known == server || network.Servers.Contains(known))];
    }

    /// <summary>Forgets everything of a server.</summary>
    public void Forget(string server)
    {
        lock (_writing)
            foreach (var (_, network) in _networks.Entries)
                if (network.Servers.Contains(server))
                    network.Servers = [.. network.Servers.Where(known => known != server)];
    }

    /// <summary>
    /// The servers to ask next: those known to manage the address; when none is known, or none of them settled it, all others
    /// (N19). Outside the networks nobody is asked (N16).
    /// </summary>
    /// <param name="address">What is asked about.</param>
    /// <param name="alreadyAsked">Who was asked about it for this question.</param>
    public IReadOnlyList<string> ToAsk(Ipv4Address address, IReadOnlySet<string> alreadyAsked)
    {
        if (_networks.Find(address) is not { } network)
            return [];
        string[] known = [.. network.Servers.Where(server => !alreadyAsked.Contains(server))];
        return known.Length > 0 ? known : [.. _servers.Where(server => !alreadyAsked.Contains(server))];
    }

    private sealed class Authorities
    {
        private string[] _servers = [];

        /// <summary>In the order of all servers. Replaced as a whole, never changed.</summary>
        public string[] Servers
        {
            get => Volatile.Read(ref _servers);
            set => Volatile.Write(ref _servers, value);
        }
    }
}
