using System.Globalization;
using System.Net;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Deployments;

/// <summary>
/// The shipped unit under a real systemd: its locks leave the service what it needs, its exit codes mean something.
/// </summary>
[MostlyWaits]
public sealed class SystemdSpec
{
    const ulong NetBindService = 1UL << 10; // the bit of that capability

    /// <summary>The unit is for a node of a cluster; one with the embedded database is enough to see all that it locks.</summary>
    const string Settings = """
        leasequery {
          networks = ["10.0.0.0/8"]
          requestors = [{ prefix = "127.0.0.0/8", reply-port = source }]
          ingress.listen = ["127.0.0.1:67"]
          store.directory = "/var/lib/leasequery"
        }
        """;

    static readonly IPEndPoint Server = new(IPAddress.Loopback, 67);

    [PeerFact]
    public async Task the_unit_runs_the_service_locked_up_on_port_67_and_ends_it_in_time()
    {
        using var network = new NetworkNamespace("systemd");
        using var machine = await SystemdMachine.BootAsync(network, Settings);
        using var requestor = network.Run(() => new Requestor());
        var home = Home.Take(1)[0];

        var start = machine.Systemctl("start", SystemdMachine.Unit); // returns with READY=1
        Assert.True(start.ExitCode == 0, $"{start}");
        Assert.Equal("active", machine.Property("ActiveState"));
        AssertLockedUp(machine);

        requestor.Send(home.Ack, Server);
        home.AssertLeased(await Eventually.GivesAsync(
            async () => await requestor.AskAsync(home.Query(), Server) is { MessageType: HandMadeQuery.Active } answer
                ? answer
                : null,
            Deadlines.Answer, "what was gleaned to be told", () => machine.Read("log/errors")));
        Assert.Equal(0, machine.Systemctl("stop", SystemdMachine.Unit).ExitCode);
        Assert.Equal( // otherwise "timeout": killed after TimeoutStopSec
            ("success", "0"), (machine.Property("Result"), machine.Property("ExecMainStatus")));

        Assert.Equal(0, machine.Systemctl("start", SystemdMachine.Unit).ExitCode);
        home.AssertLeased(await requestor.AskAsync(home.Query(), Server)); // SQLite in the folder that the unit has made
    }

    [PeerFact]
    public async Task a_node_that_died_or_was_given_up_is_started_again_and_one_with_wrong_settings_is_not()
    {
        using var network = new NetworkNamespace("systemd");
        using var machine = await SystemdMachine.BootAsync(network, $"{Settings}\nleasequery.ingress.loops = many");

        Assert.NotEqual(0, machine.Systemctl("start", SystemdMachine.Unit).ExitCode);
        Assert.Equal(("failed", "78", "0"),
            (machine.Property("ActiveState"), machine.Property("ExecMainStatus"), machine.Property("NRestarts")));
        Assert.Contains("leasequery.ingress.loops", machine.Read("log/errors"), StringComparison.Ordinal);

        machine.Write("etc/leasequery/cluster.conf", Settings);
        Assert.Equal(0, machine.Systemctl("start", SystemdMachine.Unit).ExitCode);
        machine.Systemctl("kill", "--signal=SIGKILL", SystemdMachine.Unit);
        await machine.BecomesAsync("NRestarts", "1");
        await machine.BecomesAsync("ActiveState", "active");

        // Given up by the cluster, which takes a cluster: the code is what counts here.
        machine.Systemctl("stop", SystemdMachine.Unit);
        machine.Write($"etc/systemd/system/{SystemdMachine.Unit}.d/given-up.conf",
            "[Service]\nExecStart=\nExecStart=/bin/sh -c 'exit 75'\n");
        machine.Systemctl("daemon-reload");
        machine.Systemctl("start", "--no-block", SystemdMachine.Unit);
        await machine.ReachesAsync("NRestarts", 2); // one more than from before
        await machine.BecomesAsync("ExecMainStatus", "75");
    }

    [PeerFact]
    public async Task a_node_that_is_up_before_its_address_is_started_until_the_address_is_there()
    {
        using var network = new NetworkNamespace("systemd");
        using var machine = await SystemdMachine.BootAsync(network,
            $"{Settings}\nleasequery.ingress.listen = [\"192.0.2.1:67\"]");

        machine.Systemctl("start", "--no-block", SystemdMachine.Unit);
        await machine.ReachesAsync("NRestarts", 6); // by default systemd lets it be after five in ten seconds
        await machine.BecomesAsync("ExecMainStatus", "69"); // 0 while it runs
        Assert.Contains("leasequery.ingress.listen = 192.0.2.1:67: an address of this machine", machine.Read("log/errors"),
            StringComparison.Ordinal);

        network.Ip("address", "add", "192.0.2.1/32", "dev", "lo");
        await machine.BecomesAsync("ActiveState", "active");
    }

    // That systemd did not leave out what this kernel or this test cannot do.
    static void AssertLockedUp(SystemdMachine machine)
    {
        var status = machine.Read($"proc/{machine.Property("MainPID")}/status").Split('\n')
            .Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());
        Assert.StartsWith($"{SystemdMachine.User}\t", status["Uid"]);
        Assert.Equal(NetBindService, Mask(status["CapEff"]));
        Assert.Equal(NetBindService, Mask(status["CapBnd"]));
        Assert.Equal(("1", "2"), (status["NoNewPrivs"], status["Seccomp"]));
    }

    static ulong Mask(string hex) => ulong.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
