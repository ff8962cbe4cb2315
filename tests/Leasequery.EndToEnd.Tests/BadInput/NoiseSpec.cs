using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.BadInput;

/// <summary>Datagrams that nobody meant, as many as a night of a broken device.</summary>
public sealed class NoiseSpec
{
    const int Datagrams = 100_000;

    /// <summary>So many at once fit into the kernel's buffer; then a query must be answered.</summary>
    const int Burst = 100;

    [Fact]
    public async Task random_and_mutated_datagrams_do_not_hurt_it()
    {
        using var folder = new TempFolder("store");
        using var service = await LeasequeryProcess.StartAsync(new ServeSettings(folder.Path));
        using var requestor = new Requestor();
        using var broken = new Requestor();
        var known = new Home(1);
        requestor.Send(known.Ack, service.Endpoint);
        await service.Monitoring.ShowsAsync(metrics => metrics.GleanedAndStored == 1, "a home to be known");
        var seeds = Seeds();
        var random = new Random(20_260_101); // Fixed: what it finds once it finds again.

        for (var sent = 0; sent < Datagrams; sent++)
        {
            broken.Send(Noise(random, seeds), service.Endpoint);
            if (sent % Burst == 0)
                Assert.Equal(known.Address, (await requestor.AskAsync(known.Query(), service.Endpoint)).ClientAddress);
        }

        var metrics = await service.Monitoring.ShowsAsync(
            metrics => metrics.Datagrams >= Datagrams, $"all {Datagrams} datagrams to be counted");
        Assert.Equal(0, metrics.Drops["internal-error"]);
        Assert.True(metrics.Drops.Count(drop => drop.Value > 0) >= 10, $"the noise reached few corners:\n{metrics}");
        Assert.Empty(service.LoggedErrors);
    }

    /// <summary>Real messages, good and bad, so that mutants get past the first checks.</summary>
    static IReadOnlyList<byte[]> Seeds() =>
    [
        .. PcapFile.Read(CaptureFiles.AccessNetwork).Select(datagram => datagram.Payload),
        .. BadDatagram.All.Select(bad => bad.Bytes).Where(bytes => bytes.Length is > 0 and < 4096),
        new Home(2).Query().ToBytes(),
        new Home(2).Query(HandMadeQuery.Draft).ToBytes(),
    ];

    /// <summary>One in five is random bytes; the others are messages with a few bytes changed, some cut short.</summary>
    static ReadOnlySpan<byte> Noise(Random random, IReadOnlyList<byte[]> seeds)
    {
        if (random.Next(5) == 0)
        {
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            return bytes;
        }
        var mutant = (byte[])seeds[random.Next(seeds.Count)].Clone();
        for (var changes = random.Next(1, 8); changes > 0; changes--)
            mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? mutant.AsSpan(0, random.Next(mutant.Length)) : mutant;
    }
}
