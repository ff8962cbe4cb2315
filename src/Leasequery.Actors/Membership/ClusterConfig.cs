using Akka.Configuration;
using Leasequery.Actors.Settings;
using Leasequery.Wire;

namespace Leasequery.Actors.Membership;

/// <summary>
/// What leasequery.cluster means in Akka's own keys. They lie under what a configuration says of Akka itself, so an operator who
/// knows better has the last word.
/// </summary>
internal static class ClusterConfig
{
    /// <summary>All that a node with others around it runs with.</summary>
    public static Config Whole(LeasequerySettings settings, Ipv4Endpoint self) =>
        settings.Given.SafeWithFallback(Of(settings.Cluster, self)).SafeWithFallback(LeasequerySettings.Reference);

    private static Config Of(MembershipSettings settings, Ipv4Endpoint self) => ConfigurationFactory.ParseString($$"""
        akka {
          remote {
            dot-netty.tcp {
              hostname = "{{self.Address}}"
              port = {{self.Port}}
              enable-ssl = {{(settings.Tls is null ? "off" : "on")}}
            }
          }
          cluster {
            roles = [{{string.Join(", ", NodeRoleNames.Of(settings.Roles))}}]
            down-removal-margin = {{Milliseconds(settings.TakeoverDelay)}}
            failure-detector.acceptable-heartbeat-pause = {{Milliseconds(settings.DetectAfter)}}
            split-brain-resolver.stable-after = {{Milliseconds(settings.DecideAfter)}}
          }
        }
        """);

    private static string Milliseconds(TimeSpan time) => $"{(long)time.TotalMilliseconds} ms";
}
