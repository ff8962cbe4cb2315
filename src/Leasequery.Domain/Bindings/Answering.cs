using Leasequery.Wire.Leasequeries;

namespace Leasequery.Domain.Bindings;

/// <summary>What there is to say about a managed address, from its binding and the clock (N23, N27 to N34).</summary>
public static class Answering
{
    /// <summary>The answer for an address that is nobody's to speak of (N25).</summary>
    public static LeasequeryAnswer NotManaged => new() { Outcome = LeasequeryOutcome.Unmanaged };

    /// <summary>
    /// The answer from the last that was known, while nobody can say more: the device and its location, no time of a lease (N28,
    /// N30), and in RFC 4388 its true age by the time of its last transaction (91).
    /// </summary>
    public static LeasequeryAnswer LastKnown(Binding binding) => Answer(binding, uint.MaxValue) with
    {
        Outcome = LeasequeryOutcome.Configured,
        ExpiresAt = 0,
        RenewsAt = 0,
        RebindsAt = 0,
    };

    /// <summary>The answer for a binding; null stands for an address that nobody was ever seen on.</summary>
    public static LeasequeryAnswer Answer(Binding? binding, uint now)
    {
        if (binding is null)
            return new LeasequeryAnswer { Outcome = LeasequeryOutcome.Unleased };
        var outcome = binding.OutcomeAt(now);
        return new LeasequeryAnswer
        {
            Outcome = outcome,
            Device = binding.Device,
            ExpiresAt = LeaseEnd(outcome, binding.ExpiresAt),
            RenewsAt = binding.RenewsAt,
            RebindsAt = binding.RebindsAt,
            LastTransactionAt = binding.LastTransactionAt,
            ClientIdentifier = binding.ClientIdentifier is { } identifier ? identifier.Bytes : default,
            Options = binding.Options.Span,
            RelayAgentInformation = binding.RelayAgentInformation.Span,
        };
    }

    /// <summary>The end that an answer tells: a word that is believed for a while is no lease, and has none (N28).</summary>
    public static uint LeaseEnd(LeasequeryOutcome outcome, uint expiresAt) =>
        outcome == LeasequeryOutcome.Configured ? 0 : expiresAt;
}
