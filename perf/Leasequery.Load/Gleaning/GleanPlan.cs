using Leasequery.Load.Traffic;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Load.Gleaning;

/// <summary>What to load.</summary>
/// <param name="Range">The addresses.</param>
/// <param name="Grant">The message for each.</param>
/// <param name="Renewals">How often all of them are renewed after that.</param>
/// <param name="MaxInFlight">How many may be sent that the service is not known to be done with.</param>
/// <param name="Rate">The most that is sent in a second.</param>
/// <param name="Dialect">The dialect in which to ask what has arrived, should some be lost.</param>
/// <param name="Order">In which order: one of <see cref="GrantSender.Orders"/>.</param>
internal sealed record GleanPlan(AddressRange Range, LeaseGrant Grant, int Renewals, int MaxInFlight, double Rate,
    LeasequeryDialect Dialect, string Order = GrantSender.Ascending);

/// <summary>How one round over all addresses went.</summary>
/// <param name="Round">0 for the first bindings, then the renewals.</param>
/// <param name="Sent">Messages sent, with those that had to be sent again.</param>
/// <param name="Stored">Events that the store took.</param>
/// <param name="Shed">Messages that the service dropped.</param>
/// <param name="Lost">Messages that it never saw.</param>
/// <param name="Missing">Addresses that had not arrived when it was given up.</param>
/// <param name="Seconds">From the first message to the last event.</param>
/// <param name="ServiceTime">Processor time of the service in it, in nanoseconds; 0 when its process is not known.</param>
/// <param name="OwnTime">Processor time of the generator in it.</param>
internal sealed record GleanRound(int Round, long Sent, long Stored, long Shed, long Lost, long Missing, double Seconds,
    long ServiceTime = 0, long OwnTime = 0)
{
    /// <summary>Events stored a second.</summary>
    public double Rate => Seconds > 0 ? Stored / Seconds : 0;
}

/// <summary>How one round over all addresses went at a server that tells nobody what it has stored.</summary>
/// <param name="Round">0 for the first bindings, then the renewals.</param>
/// <param name="Sent">Messages sent.</param>
/// <param name="Seconds">From the first message to the last.</param>
/// <param name="Refused">How often the kernel said that nobody listens there.</param>
internal sealed record SentRound(int Round, long Sent, double Seconds, long Refused);
