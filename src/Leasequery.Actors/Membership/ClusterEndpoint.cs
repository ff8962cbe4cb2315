using System.Net;
using System.Net.Sockets;
using Leasequery.Actors.Settings;

namespace Leasequery.Actors.Membership;

/// <summary>Tries before the start what the cluster needs of this machine: what fails later fails in many words.</summary>
public static class ClusterEndpoint
{
    /// <summary>Looks whether the port is free and the certificates can be used.</summary>
    /// <exception cref="SettingsException">One of them does not work.</exception>
    public static void Check(MembershipSettings settings)
    {
        if (!settings.IsClustered)
            return;
        if (settings.Tls is { } tls)
            ClusterCertificates.Load(tls);
        var own = NodeAddress.Of(settings);
        try
        {
            using var listener = new TcpListener(IPAddress.Parse(own.Address.ToString()), own.Port);
            listener.Start();
        }
        catch (SocketException cause)
        {
            var (key, value, allowed) = cause.SocketErrorCode == SocketError.AddressNotAvailable
                ? ("host", $"{own.Address}", "an address of this node")
                : ("port", $"{own.Port}", $"a TCP port that is free ({cause.Message})");
            throw new SettingsException($"leasequery.cluster.{key}", $"\"{value}\"", allowed, cause) { MayPass = true };
        }
    }
}
