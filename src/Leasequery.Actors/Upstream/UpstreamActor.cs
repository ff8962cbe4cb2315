using Akka.Actor;
using Leasequery.Domain.Upstream;

namespace Leasequery.Actors.Upstream;

/// <summary>
/// Knows which server to ask about an address: the one that is known to manage its network, otherwise all (N17 to N19). One on
/// each node; what it learned it can learn again. It keeps no table of open questions: a query carries who asked.
/// </summary>
internal sealed class UpstreamActor(AuthorityMap authorities, IActorRef servers, Func<bool> isEnding) : UntypedActor
{
    /// <summary>Makes one.</summary>
    /// <param name="authorities">Who manages what.</param>
    /// <param name="servers">The shard region of the servers.</param>
    /// <param name="isEnding">True once this node ends.</param>
    public static Props Props(AuthorityMap authorities, IActorRef servers, Func<bool> isEnding) =>
        Akka.Actor.Props.Create(() => new UpstreamActor(authorities, servers, isEnding));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case UpstreamProtocol.Ask ask:
                var toAsk = authorities.ToAsk(ask.Address, ask.AlreadyAsked);
                Sender.Tell(new UpstreamProtocol.Asked(ask.Round, toAsk)); // before any Said: both come from here, in this order
                foreach (var server in toAsk)
                    servers.Tell(new ServerProtocol.Query(server, ask.Address, Sender, ask.Round));
                break;
            case ServerProtocol.Query unanswered:
                OnReturned(unanswered);
                break;
            case ServerProtocol.Result result:
                Learn(result);
                result.Asker.Tell(new UpstreamProtocol.Said(result.Round, result.Verdict, result.Lease));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // The server's actor moves: sharding keeps the query until it is there. Not on a node that ends: nobody waits on it any more,
    // and its region would not end before the query has a place to go to, which on the last node it never has.
    private void OnReturned(ServerProtocol.Query query)
    {
        if (isEnding())
            query.Asker.Tell(new UpstreamProtocol.Said(query.Round, ServerVerdict.Silent, null));
        else
            servers.Tell(query);
    }

    // N41: any ACK shows who manages the network. A silent server is forgotten, so that the others are asked.
    private void Learn(ServerProtocol.Result result)
    {
        if (result.Verdict is ServerVerdict.Leased or ServerVerdict.Configured or ServerVerdict.NoLease)
            authorities.Learn(result.Server, result.Address);
        else if (result.Verdict == ServerVerdict.Silent)
            authorities.Forget(result.Server);
    }
}
