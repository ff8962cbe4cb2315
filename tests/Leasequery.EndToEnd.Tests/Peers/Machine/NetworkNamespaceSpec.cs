using System.Net;
using System.Net.NetworkInformation;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

public sealed class NetworkNamespaceSpec
{
    [PeerFact]
    public async Task sockets_of_two_namespaces_talk_over_their_cable_and_the_machine_sees_nothing_of_it()
    {
        using var left = new NetworkNamespace("left");
        using var right = new NetworkNamespace("right");
        left.Connect("cable", right, "cable");
        left.Assign("cable", IPAddress.Parse("192.0.2.1"), 24);
        right.Assign("cable", IPAddress.Parse("192.0.2.2"), 24);
        using var from = new NamespaceSocket(left, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 67));
        using var to = new NamespaceSocket(right, new IPEndPoint(IPAddress.Parse("192.0.2.2"), 67));

        from.Send([1, 2, 3], to.Local);
        var (datagram, sender) = await to.ReceiveAsync(Deadlines.Program, "a datagram from the other side");

        Assert.Equal([1, 2, 3], datagram);
        Assert.Equal(from.Local, sender);
        Assert.DoesNotContain(NetworkInterface.GetAllNetworkInterfaces(), found => found.Name == "cable");
    }

    [PeerFact]
    public async Task goes_away_with_what_runs_in_it()
    {
        var place = new NetworkNamespace("short");
        using var sleeper = ChildProcess.Start("/bin/sh", ["-c", "echo here; exec sleep 300"], place);
        await sleeper.WaitForLineAsync("^here", Deadlines.Program, "the program to be in the namespace");

        place.Dispose();

        Assert.False(File.Exists(Path.Combine(NetworkNamespace.Folder, place.Name)));
        await Eventually.HoldsAsync(() => sleeper.HasExited, Deadlines.Program, "what ran in it to be gone");
    }

    [PeerFact]
    public async Task what_a_killed_run_left_is_removed()
    {
        var leftover = $"lq{await IdOfADeadProcessAsync()}-1-relay";
        Command.Run("ip", "netns", "add", leftover);

        NetworkNamespace.RemoveLeftovers();

        Assert.False(File.Exists(Path.Combine(NetworkNamespace.Folder, leftover)));
    }

    [Fact]
    public async Task only_names_of_own_dead_processes_are_leftovers()
    {
        var dead = await IdOfADeadProcessAsync();

        Assert.True(OwnName.IsLeftover($"lq{dead}-1-relay"));
        Assert.False(OwnName.IsLeftover(OwnName.Next("relay")));
        Assert.False(OwnName.IsLeftover($"lq{dead}"));
        Assert.False(OwnName.IsLeftover($"other{dead}-1-relay"));
        Assert.False(OwnName.IsLeftover("lq-1-relay"));
        Assert.False(OwnName.IsLeftover("relay"));
    }

    static async Task<int> IdOfADeadProcessAsync()
    {
        using var process = ChildProcess.Start("/bin/true", []);
        var id = process.Id;
        await process.WaitForExitAsync(Deadlines.Program, "a process to end");
        return id;
    }
}
