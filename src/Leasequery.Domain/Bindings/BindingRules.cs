using Leasequery.Wire;

namespace Leasequery.Domain.Bindings;

/// <summary>
/// The rules of gleaning, and of what servers say when they are asked: <see cref="Decide"/> makes events,
/// <see cref="Apply"/> folds them. Recovery and the live run share them, and time is an argument, so a replay gives the same
/// state.
/// </summary>
public static class BindingRules
{
    /// <summary>
    /// Relays send copies: the same message comes again within moments, by another path or as a retry. A copy moves the end
    /// of the lease by no more than this.
    /// </summary>
    public const uint CopySeconds = 10;

    /// <summary>
    /// How far two accounts of one moment may lie apart: both sides count whole seconds, and an answer takes its time. What is
    /// apart by no more counts as equally recent.
    /// </summary>
    public const uint SlackSeconds = 2;

    /// <summary>What an observation changes; null when it changes nothing.</summary>
    /// <param name="binding">What is known of the address; null when nothing is.</param>
    /// <param name="observation">What was seen.</param>
    /// <param name="now">Unix seconds.</param>
    public static BindingEvent? Decide(Binding? binding, Observation observation, uint now) => observation switch
    {
        LeaseGranted granted => OnGranted(binding, granted, now),
        LeaseGivenUp givenUp => OnGivenUp(binding, givenUp, now),
        LeaseReported { RemainingSeconds: > 0 } reported => OnReported(binding, reported, now),
        LeaseReported former => OnFormerLease(binding, former, now),
        NoLeaseReported => OnNoLease(binding, now),
        _ => throw new ArgumentException($"no rule for {observation.GetType().Name}", nameof(observation)),
    };

    /// <summary>
    /// True when a message that was seen a while ago comes behind one that was seen later: it was overtaken on its way, and what
    /// it says is over.
    /// </summary>
    /// <param name="binding">What is known of the address.</param>
    /// <param name="seenAt">When the message was seen, in Unix seconds.</param>
    public static bool IsOvertaken(Binding? binding, uint seenAt) =>
        binding is not null && binding.LastTransactionAt > (ulong)seenAt + 1; // seconds are cut off, clocks not quite alike

    /// <summary>The state after an event.</summary>
    public static Binding Apply(Binding? binding, BindingEvent happened) => happened.Binding;

    private static LeaseBound? OnGranted(Binding? binding, LeaseGranted granted, uint now)
    {
        var known = KnownOf(granted, binding);
        var isInfinite = granted.LeaseSeconds == Binding.Never;
        var bound = new Binding(
            granted.Address,
            BindingState.Leased,
            granted.Device,
            granted.ClientIdentifier ?? known?.ClientIdentifier,
            granted.TransactionId,
            now,
            isInfinite ? Binding.Never : After(now, granted.LeaseSeconds),
            isInfinite ? 0 : Within(granted.RenewalSeconds ?? granted.LeaseSeconds / 2), // RFC 2131 4.4.5: T1 is 0.5,
            isInfinite ? 0 : Within(granted.RebindingSeconds ?? granted.LeaseSeconds - granted.LeaseSeconds / 8), // T2 0.875
            granted.Relay.IsUnspecified ? known?.Relay ?? default : granted.Relay,
            granted.Server,
            // A renewal that passed no relay carries no option 82: the same device is still where it was. Another device is not.
            Newest(granted.RelayAgentInformation, known?.RelayAgentInformation),
            granted.Options);
        return known is not null && IsCopy(known, bound) ? null : new LeaseBound(bound);

        // Some servers are set to a T1 or T2 behind the end. Nobody renews or rebinds what is over.
        uint Within(uint seconds) => After(now, Math.Min(seconds, granted.LeaseSeconds));
    }

    // Also when the end that was seen has passed: the lease may have been renewed unseen (N7), and now nobody has it.
    private static LeaseEnded? OnGivenUp(Binding? binding, LeaseGivenUp givenUp, uint now) =>
        binding is { State: BindingState.Leased or BindingState.Configured }
        && binding.IsHeldBy(givenUp.Device, givenUp.ClientIdentifier)
            ? new LeaseEnded(binding with
            {
                State = givenUp.As,
                TransactionId = givenUp.TransactionId,
                LastTransactionAt = now,
                ExpiresAt = Math.Min(binding.ExpiresAt, now),
                RenewsAt = 0,
                RebindsAt = 0,
            })
            : null;

    private static BindingEvent? OnReported(Binding? binding, LeaseReported reported, uint now)
    {
        var lastTransactionAt = LastTransactionAt(reported, now);
        var known = KnownOf(reported, binding);
        var isOlder = binding is not null && binding.LastTransactionAt > (ulong)(lastTransactionAt ?? now) + SlackSeconds;
        if (binding is not null && isOlder && IsDefinite(binding, now))
            return null; // RFC 4388 section 6.8: the more recent transaction is right
        if (binding is not null && binding.IsLeasedAt(now))
        {
            if (reported.IsConfigured)
                return null; // a lease that runs says more
            if (known is null && lastTransactionAt is null && binding.LastTransactionAt != 0)
                return null; // who says when is believed before who does not, whoever comes first
        }

        // Not where the clock was set back: what seems to lie ahead is not newer than what is told now.
        var newer = isOlder && known?.LastTransactionAt <= now ? known : null;
        var isInfinite = reported.RemainingSeconds == Binding.Never;
        var hasTimes = !isInfinite && !reported.IsConfigured; // N30: without a lease there is nothing to renew
        var bound = new Binding(
            reported.Address,
            reported.IsConfigured ? BindingState.Configured : BindingState.Leased,
            reported.Device,
            reported.ClientIdentifier ?? known?.ClientIdentifier,
            reported.TransactionId,
            // Not made up: it would be told as option 91, and win over those of other servers.
            newer?.LastTransactionAt ?? lastTransactionAt ?? 0,
            isInfinite ? Binding.Never : After(now, reported.RemainingSeconds),
            Within(reported.RenewalSeconds), // of the lease only the rest is known: no default to take
            Within(reported.RebindingSeconds),
            known?.Relay ?? default,
            reported.Server,
            // As with a renewal: the same device is still where it was, and another device is not.
            MoreRecent(reported.RelayAgentInformation, known?.RelayAgentInformation ?? default),
            MoreRecent(reported.Options, known?.Options ?? default));
        if (known is not null && IsRepetition(known, bound, now))
            return null;
        return reported.IsConfigured ? new DeviceConfigured(bound) : new LeaseBound(bound);

        // As with a grant: nobody renews or rebinds what is over.
        uint Within(uint? seconds) =>
            hasTimes && seconds is { } some ? After(now, Math.Min(some, reported.RemainingSeconds)) : 0;

        // N5, N34: of the same device; a server that missed its last transaction may tell of where it was before.
        OctetString MoreRecent(OctetString told, OctetString before) =>
            told.IsEmpty || (newer is not null && !before.IsEmpty) ? before : told;
    }

    // A lease that runs, or that its device gave up, is known of. One whose end has passed may have been renewed unseen (N7).
    private static bool IsDefinite(Binding binding, uint now) =>
        binding.IsLeasedAt(now) || binding.State is BindingState.Released or BindingState.Declined;

    // A lease that was gleaned this moment is newer than the answer to a question that was asked before.
    private static LeaseEnded? OnNoLease(Binding? binding, uint now) =>
        binding is { State: BindingState.Leased or BindingState.Configured }
        && (ulong)binding.LastTransactionAt + SlackSeconds <= now
            ? new LeaseEnded(binding with
            {
                State = BindingState.Expired,
                ExpiresAt = Math.Min(binding.ExpiresAt, now),
                RenewsAt = 0,
                RebindsAt = 0,
            })
            : null;

    // Nobody holds a lease, but the server says who held the last (N31, N34). It is believed where it says a later transaction
    // than the one that is known, or nobody says any.
    private static LeaseEnded? OnFormerLease(Binding? binding, LeaseReported former, uint now)
    {
        var ended = OnNoLease(binding, now);
        var last = ended?.Binding ?? binding;
        var (knownAt, formerAt) = (last?.LastTransactionAt ?? 0, LastTransactionAt(former, now) ?? 0);
        if (formerAt <= (ulong)knownAt + SlackSeconds && (formerAt, knownAt) != (0, 0))
            return ended;
        var known = KnownOf(former, last);
        var bound = new Binding(
            former.Address,
            BindingState.Expired,
            former.Device,
            former.ClientIdentifier ?? known?.ClientIdentifier,
            former.TransactionId,
            formerAt,
            Math.Min(last?.ExpiresAt ?? now, now),
            0,
            0,
            known?.Relay ?? default,
            former.Server,
            Newest(former.RelayAgentInformation, known?.RelayAgentInformation),
            Newest(former.Options, known?.Options));
        var isRepetition = last is not null
            && last == bound with { TransactionId = last.TransactionId, Server = last.Server };
        return isRepetition ? ended : new LeaseEnded(bound);
    }

    // What is known of the device that was seen; of another one nothing is taken over.
    private static Binding? KnownOf(Observation seen, Binding? binding) =>
        binding is not null && binding.IsHeldBy(seen.Device, seen.ClientIdentifier) ? binding : null;

    private static OctetString Newest(OctetString told, OctetString? before) => told.IsEmpty ? before ?? default : told;

    private static uint? LastTransactionAt(LeaseReported reported, uint now) =>
        reported.LastTransactionSeconds is { } ago ? now - Math.Min(ago, now) : null;

    // Who asks twice, or two servers about one lease, hears the same twice, by another xid and rounded otherwise.
    private static bool IsRepetition(Binding known, Binding bound, uint now) =>
        Math.Abs((long)bound.ExpiresAt - known.ExpiresAt) <= CopySeconds
        && known.OutcomeAt(now) == bound.OutcomeAt(now)
        && known == bound with
        {
            TransactionId = known.TransactionId,
            LastTransactionAt = known.LastTransactionAt,
            ExpiresAt = known.ExpiresAt,
            RenewsAt = known.RenewsAt,
            RebindsAt = known.RebindsAt,
            Server = known.Server,
        };

    private static bool IsCopy(Binding known, Binding bound) =>
        bound.ExpiresAt - known.ExpiresAt <= CopySeconds && known == bound with
        {
            LastTransactionAt = known.LastTransactionAt,
            ExpiresAt = known.ExpiresAt,
            RenewsAt = known.RenewsAt,
            RebindsAt = known.RebindsAt,
        };

    private static uint After(uint now, uint seconds) => (uint)Math.Min((ulong)now + seconds, Binding.Never - 1);
}
