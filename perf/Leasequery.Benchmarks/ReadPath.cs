using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Akka.Actor;
using Leasequery.Actors.Ingress;
using Leasequery.Actors.Locations;
using Leasequery.Actors.Membership;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Settings;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Benchmarks;

/// <summary>
/// What a query costs that the table settles, from the bytes of the question to the bytes of the answer, with millions of records
/// and updates beside it. Addresses come at random, so nearly every record is fetched from memory. The processor's time of the
/// reading thread is what counts: on a shared machine the wall clock tells of its neighbours. No socket. How long memory takes
/// is told besides: reads of as much of it, of which each has to wait for the one before.
/// </summary>
internal static unsafe partial class ReadPath
{
    private const int UpdatesPerSecond = 10_000;
    private const int Queries = 2_000_000;
    private const int Rounds = 7;
    private const uint Now = 1_700_000_000;
    private const int ClientAddress = 12; // in a DHCP message
    private const int ThreadTime = 3; // CLOCK_THREAD_CPUTIME_ID

    private static readonly Ipv4Address First = Ipv4Address.Parse("10.0.0.0");
    private static readonly Ipv4Endpoint Requestor = new(Ipv4Address.Parse("10.9.9.9"), 67);
    private static readonly Ipv4Endpoint Server = new(Ipv4Address.Parse("10.9.9.1"), 67);

    /// <summary>Prints a line for few records, which stay in the cache, and for one and for five million.</summary>
    public static void Print(TextWriter output)
    {
        foreach (var records in (int[])[1_000, 1_000_000, 5_000_000])
            Print(records, output);
    }

    private static void Print(int records, TextWriter output)
    {
        var settings = LeasequerySettings.From(Akka.Configuration.ConfigurationFactory.ParseString("""
            leasequery.networks = ["10.0.0.0/8"]
            leasequery.requestors = [{ prefix = "10.9.0.0/16" }]
            """));
        using var table = new LocationTable(new ShardMap(settings.Shards));
        for (var shard = 0; shard < settings.Shards; shard++)
            table.Begin(shard);
        var binding = Bind();
        for (var i = 0; i < records; i++)
            table.Publish(binding with { Address = Address(i) }, 1);
        for (var shard = 0; shard < settings.Shards; shard++)
            table.Complete(shard);

        using var isOver = new CancellationTokenSource();
        var writer = new Thread(() => Update(table, binding, records, isOver.Token));
        writer.Start();
        var rounds = Ask(settings, table, records);
        isOver.Cancel();
        writer.Join();
        var median = rounds.Select(round => round.Nanoseconds).Order().ElementAt(Rounds / 2);
        var all = string.Join(' ', rounds.Select(round => $"{round.Nanoseconds:0}"));
        output.WriteLine($"{records} records, {UpdatesPerSecond} updates/s beside: {median:0} ns a query "
            + $"(median of {Rounds}: {all}), {rounds.Min(round => round.Bytes)} bytes in {Queries} queries; "
            + $"a read of memory alone {ReadAtRandom(records):0} ns");
    }

    private static double ReadAtRandom(int records)
    {
        const nuint recordSize = 128;
        var memory = (ulong*)NativeMemory.Alloc((nuint)records * recordSize);
        new Span<ulong>(memory, records * (int)(recordSize / sizeof(ulong))).Fill(1); // gets the pages, too
        var place = 1UL;
        var time = ThreadNanoseconds();
        for (var i = 0; i < Queries; i++)
            place = place * 6_364_136_223_846_793_005 + memory[(place >> 20) % (ulong)records * (recordSize / sizeof(ulong))];
        time = ThreadNanoseconds() - time;
        NativeMemory.Free(memory);
        return place == 0 ? 0 : (double)time / Queries; // who never looks at it would have it left out
    }

    private static (double Nanoseconds, long Bytes)[] Ask(LeasequerySettings settings, LocationTable table, int records)
    {
        var gate = new AdmissionGate(1, TimeSpan.FromSeconds(1), TimeProvider.System);
        var health = new StoreHealth(TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);
        var context = new IngressContext(settings, table, health, gate, gate, Touch.Always(TimeProvider.System));
        var handler = new DatagramHandler(context, ActorRefs.Nobody, ActorRefs.Nobody, ActorRefs.Nobody, Forwarders.None,
            new DatagramCounters());
        var request = new LeasequeryRequest(First, Requestor.Address, 1, 0, DhcpMessageType.LeaseQuery, true,
            OptionSet.Of(DhcpOption.LeaseTime, DhcpOption.RenewalTime, DhcpOption.RebindingTime,
                DhcpOption.RelayAgentInformation), WantsSourcePort: false);
        var query = new byte[LeasequeryReply.MaxSize];
        query = query[..request.Write(query)];
        byte[][] batch = [.. Enumerable.Range(0, DatagramLoop.LookAhead).Select(_ => query.ToArray())]; // as the kernel gives it
        Span<nint> places = stackalloc nint[batch.Length];
        var reply = new byte[LeasequeryReply.MaxSize];
        var random = new Random(1);
        var addresses = new uint[Queries];
        for (var i = 0; i < Queries; i++)
            addresses[i] = Address(random.Next(records)).Value;

        var rounds = new (double, long)[Rounds + 2];
        for (var round = 0; round < rounds.Length; round++)
        {
            var (time, bytes) = (ThreadNanoseconds(), GC.GetAllocatedBytesForCurrentThread());
            for (var first = 0; first < Queries; first += batch.Length)
            {
                for (var i = 0; i < batch.Length; i++)
                    BinaryPrimitives.WriteUInt32BigEndian(batch[i].AsSpan(ClientAddress), addresses[first + i]);
                for (var i = 0; i < batch.Length; i++)
                    places[i] = handler.PlaceOf(batch[i]);
                LocationTable.Fetch(places);
                foreach (var datagram in batch)
                    if (handler.Handle(datagram, Requestor, Server, Now, reply, out _) != LeasequeryReply.UsualSize)
                        throw new InvalidOperationException("every address has a record");
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            rounds[round] = ((double)(ThreadNanoseconds() - time) / Queries, bytes);
        }

        return rounds[2..]; // the first belong to the compiler
    }

    private static void Update(LocationTable table, Binding binding, int records, CancellationToken isOver)
    {
        const int slice = 100;
        var random = new Random(2);
        var sequence = 1L;
        for (var due = Environment.TickCount64; !isOver.IsCancellationRequested; due += 1000 * slice / UpdatesPerSecond)
        {
            sequence++;
            for (var i = 0; i < slice; i++)
                table.Publish(binding with { Address = Address(random.Next(records)) }, sequence);
            if (due - Environment.TickCount64 is var wait and > 0)
                Thread.Sleep((int)wait);
        }
    }

    private static Ipv4Address Address(int index) => new(First.Value + (uint)index);

    private static Binding Bind()
    {
        Span<byte> ack = stackalloc byte[ExampleAck.MaxSize];
        DhcpPacket.TryParse(ack[..ExampleAck.Write(ack, First, transaction: 1)], out var packet, out _);
        var observation = Gleaning.Observe(packet, OptionSet.Of(DhcpOption.SubnetMask, DhcpOption.Router), out _)!;
        return BindingRules.Apply(null, BindingRules.Decide(null, observation, Now - 60)!);
    }

    private static long ThreadNanoseconds()
    {
        Time time;
        return GetTime(ThreadTime, &time) == 0
            ? time.Seconds * 1_000_000_000 + time.Nanoseconds
            : throw new InvalidOperationException("no such clock");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, Time* time);

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
