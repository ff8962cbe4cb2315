using BenchmarkDotNet.Attributes;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Benchmarks;

/// <summary>
/// The second rung: what a DHCP message says, and what that changes. Packets become values here, so this is where the write path
/// begins to allocate: the observation with its copy of the options, the event, the binding.
/// </summary>
[MemoryDiagnoser]
public class RulesRung : IRung
{
    private const uint Now = 1_700_000_000;

    private static readonly OptionSet KeptOptions = OptionSet.Of(DhcpOption.SubnetMask, DhcpOption.Router);

    private readonly byte[] _ack = new byte[ExampleAck.MaxSize];
    private readonly int _ackLength;
    private readonly Observation _granted;
    private readonly Observation _renewed;
    private readonly Binding _binding;
    private readonly BindingEvent _bound;

    /// <summary>Prepares a first ACK and its renewal.</summary>
    public RulesRung()
    {
        _ackLength = ExampleAck.Write(_ack, Ipv4Address.Parse("10.1.2.3"), transaction: 1);
        _granted = Observe()!;
        _bound = BindingRules.Decide(null, _granted, Now)!;
        _binding = BindingRules.Apply(null, _bound);
        _renewed = _granted with { TransactionId = 2 };
    }

    /// <inheritdoc/>
    public IEnumerable<Operation> Operations =>
    [
        new(nameof(Observe), () => Observe(), 224),
        new(nameof(DecideNew), () => DecideNew(), 144),
        new(nameof(DecideRenewal), () => DecideRenewal(), 144),
        new(nameof(DecideCopy), () => DecideCopy(), 240),
        new(nameof(ApplyEvent), () => ApplyEvent(), 0),
    ];

    /// <summary>An ACK with option 82 and two kept options: parse and observe.</summary>
    [Benchmark]
    public Observation? Observe() =>
        DhcpPacket.TryParse(_ack.AsSpan(0, _ackLength), out var packet, out _)
            ? Gleaning.Observe(packet, KeptOptions, out _)
            : null;

    /// <summary>The first lease of an address.</summary>
    [Benchmark]
    public BindingEvent? DecideNew() => BindingRules.Decide(null, _granted, Now);

    /// <summary>The same device again.</summary>
    [Benchmark]
    public BindingEvent? DecideRenewal() => BindingRules.Decide(_binding, _renewed, Now + 1800);

    /// <summary>The same message again, by another relay: no event.</summary>
    [Benchmark]
    public BindingEvent? DecideCopy() => BindingRules.Decide(_binding, _granted, Now + 1);

    /// <summary>An event becomes state.</summary>
    [Benchmark]
    public Binding ApplyEvent() => BindingRules.Apply(_binding, _bound);
}
