using CsCheck;
using Leasequery.Domain.Upstream;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests.Upstream;

/// <summary>What holds for any hours of questions, replies, losses, forged replies and a server that comes and goes.</summary>
public class ServerStateProperties
{
    private static readonly Gen<Step> Steps = Gen.Frequency(
        (12, Gen.UInt[1, 40].Select(address => new Step(Do.Ask, address))),
        (2, Gen.UInt[1, 400].Select(address => new Step(Do.AskMany, address))),
        (2, Gen.Const(new Step(Do.ServerComesOrGoes, 0))),
        (2, Gen.UInt.Select(xid => new Step(Do.Forge, xid))));

    private static readonly Gen<int> Pauses = Gen.Frequency( // milliseconds
        (4, Gen.Const(0)), (8, Gen.Int[0, 2000]), (4, Gen.Int[0, 20_000]), (1, Gen.Int[0, 300_000]));

    private static readonly Gen<ServerPolicy> Policies = Gen.Select(
        Gen.Int[1, 30], Gen.Int[0, 30], Gen.Int[2, 90], Gen.Int[1, 20],
        (window, waiting, timer, patience) =>
            new ServerPolicy(window, waiting, TimeSpan.FromSeconds(timer), TimeSpan.FromSeconds(patience)));

    private enum Do
    {
        Ask,
        AskMany,
        ServerComesOrGoes,
        Forge,
    }

    [Fact]
    public void No_history_breaks_the_rules() =>
        Gen.Select(Gen.Select(Steps, Pauses).Array[0, 300], Policies, Gen.Double[0, 1], Gen.UInt).Sample(
            (history, policy, loss, seed) => Check(history, policy, loss, seed), iter: 400);

    private static void Check((Step Step, int Pause)[] history, ServerPolicy policy, double loss, uint seed)
    {
        var random = new Random((int)(seed & int.MaxValue));
        var isUp = true;
        var run = new ServerRun(
            _ => isUp && random.NextDouble() >= loss ? TimeSpan.FromSeconds(Math.Pow(random.NextDouble(), 8) * 90) : null,
            policy, random.NextDouble);
        var pending = new HashSet<Ipv4Address>(); // asked, and neither answered nor told
        // Questions to a server not known to support: a packet or a reply is due within a minute.
        var owed = new Queue<TimeSpan>();
        var last = new Dictionary<uint, ServerRun.Packet>();
        TimeSpan? lastSentAt = null;

        run.OnSend += packet =>
        {
            Assert.InRange(run.State.Outstanding, 1, packet.Phase == ServerPhase.Supporting ? policy.Window : 1);
            if (packet.Phase != ServerPhase.Supporting && lastSentAt is { } before)
                Assert.True(packet.At - before >= TimeSpan.FromSeconds(10),
                    $"{before} and {packet.At}: at most one in 10 s (N46)");
            CheckRetransmission(last.GetValueOrDefault(packet.Xid), packet);
            last[packet.Xid] = packet;
            lastSentAt = packet.At;
            Pay();
        };
        run.OnSilence += address => Assert.True(pending.Remove(address), "only who asked is told, and once");
        run.OnTaken += address =>
        {
            pending.Remove(address);
            Pay();
        };

        foreach (var (step, pause) in history)
        {
            run.RunTo(run.Now + TimeSpan.FromMilliseconds(pause));
            Do(step);
            Assert.InRange(run.State.Outstanding, 0, run.State.Phase == ServerPhase.Supporting ? policy.Window : 1);
            Assert.InRange(run.State.Waiting, 0, policy.MaxWaiting);
            Assert.True(pending.Count == 0 || run.State.NextDue > run.Now || run.State.NextDue == run.Now);
            if (run.State.Phase == ServerPhase.Silent)
                Assert.True(pending.Count <= 1, "at a silent server only the poll is waited for");
        }

        // The longest that anybody waits: the support timer, all five tries of what is ahead in the queue, and the patience.
        isUp = false;
        run.RunTo(run.Now + TimeSpan.FromHours(1));
        Assert.Empty(pending);
        Assert.Empty(owed);
        Assert.Equal((0, 0, null), (run.State.Outstanding, run.State.Waiting, run.State.NextDue));

        void Do(Step step)
        {
            switch (step.Do)
            {
                case ServerStateProperties.Do.Ask:
                    Ask(new Ipv4Address(step.Number));
                    break;
                case ServerStateProperties.Do.AskMany:
                    for (uint i = 0; i < 40; i++)
                        Ask(new Ipv4Address(step.Number + i));
                    break;
                case ServerStateProperties.Do.ServerComesOrGoes:
                    isUp = !isUp;
                    break;
                case ServerStateProperties.Do.Forge:
                    Assert.False(run.Take(step.Number | 0x8000_0000, new Ipv4Address(1)), "nobody guesses an xid");
                    if (last.Count > 0)
                        Assert.False(run.Take(last.Keys.Max(), new Ipv4Address(0xFFFF)), "nor is it enough without the address");
                    break;
            }
        }

        void Ask(Ipv4Address address)
        {
            var isNew = pending.Add(address);
            var sentBefore = run.Sent.Count;
            if (!run.Ask(address))
            {
                Assert.True(isNew && pending.Remove(address), "what is asked already is never refused");
                Assert.Equal(policy.MaxWaiting, run.State.Waiting);
            }
            else if (run.State.Phase != ServerPhase.Supporting && run.Sent.Count == sentBefore)
            {
                owed.Enqueue(run.Now);
            }
        }

        void Pay()
        {
            while (owed.TryDequeue(out var asked))
                Assert.True(run.Now - asked <= TimeSpan.FromSeconds(60), $"asked at {asked}: at least one a minute (N46)");
        }
    }

    private static void CheckRetransmission(ServerRun.Packet? before, ServerRun.Packet packet)
    {
        Assert.Equal((before?.Tries ?? 0) + 1, packet.Tries);
        if (before is null)
            return;
        Assert.Equal(before.Address, packet.Address);
        if (packet.Phase != ServerPhase.Supporting)
            return;
        var wait = RetrySchedule.Wait(before.Tries, 0.5);
        Assert.InRange(packet.At - before.At, wait - TimeSpan.FromSeconds(1), wait + TimeSpan.FromSeconds(1));
        Assert.InRange(packet.Tries, 1, RetrySchedule.Tries);
    }

    private sealed record Step(Do Do, uint Number);
}
