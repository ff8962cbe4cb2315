using Akka.Actor;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>What is said to a <see cref="Keeper"/>, and what it keeps.</summary>
internal static class Keepers
{
    public static readonly Ipv4Address Subscriber = Ipv4Address.Parse("10.0.0.1");

    public static Binding Lease(uint until) =>
        new(Subscriber, BindingState.Leased, default, null, until, 0, until, 0, 0, default, default, default, default);

    /// <summary>The number of the newest event, and what it says.</summary>
    public static Task<(long, Binding?)> Ask(IActorRef keeper) => keeper.Ask<(long, Binding?)>("state", Deadlines.Answer);

    /// <summary>What came of it.</summary>
    public static Task<string> Persist(IActorRef keeper, Binding binding) =>
        keeper.Ask<string>(new LeaseBound(binding), Deadlines.Answer);
}
