using Leasequery.Actors.Serialization;
using Leasequery.Actors.Stores;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Benchmarks.Remote;

/// <summary>A store of a million leases with option 82, without a disk: what is measured lies between the nodes.</summary>
internal sealed class MillionBindings : IBindingArchive
{
    public const int Count = 1_000_000;

    public static readonly Ipv4Address First = Ipv4Address.Parse("10.0.0.0");

    public Task ReadNewestAsync(IReadOnlyList<(Ipv4Address First, Ipv4Address Last)> ranges, TakeStoredEvent take,
        CancellationToken stop) =>
        Task.Run(
            () =>
            {
                var binding = Bind();
                var serializer = new LeasequerySerializer(null!); // the system is for messages only
                foreach (var range in ranges)
                {
                    var last = Math.Min(range.Last.Value, First.Value + Count - 1);
                    for (var address = range.First.Value; address <= last; address++)
                    {
                        var happened = new LeaseBound(binding with { Address = new Ipv4Address(address) });
                        take(serializer.Manifest(happened), serializer.ToBinary(happened), 1);
                    }
                }
            },
            stop);

    private static Binding Bind() => BindingRules.Apply(null,
        BindingRules.Decide(null, ExampleAck.Observe(First), (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds())!);
}
