using Leasequery.Wire.Leasequeries;

namespace Leasequery.Domain.Bindings;

/// <summary>What there is to say about a managed address, from its binding and the clock (N23, N27 to N34).</summary>
public static class Answering
{
    /// <summary>The answer for a binding; null stands for an address that nobody was ever seen on.</summary>
    public static LeasequeryAnswer Answer(Binding? binding, uint now) =>
        binding is null
            ? new LeasequeryAnswer { Outcome = LeasequeryOutcome.Unleased }
            : new LeasequeryAnswer
            {
                Outcome = binding.IsLeasedAt(now) ? LeasequeryOutcome.Leased : LeasequeryOutcome.Unleased,
                Device = binding.Device,
                ExpiresAt = binding.ExpiresAt,
                RenewsAt = binding.RenewsAt,
                RebindsAt = binding.RebindsAt,
                LastTransactionAt = binding.LastTransactionAt,
                ClientIdentifier = binding.ClientIdentifier is { } identifier ? identifier.Bytes : default,
                Options = binding.Options.Span,
                RelayAgentInformation = binding.RelayAgentInformation.Span,
            };
}
