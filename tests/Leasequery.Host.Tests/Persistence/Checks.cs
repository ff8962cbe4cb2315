using Leasequery.Actors;
using Leasequery.Actors.Stores;
using Leasequery.Host.Persistence;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Leasequery.Host.Tests.Persistence;

/// <summary>Looks at stores outside of a host.</summary>
internal static class Checks
{
    public static StoreHealth Health() =>
        new(TimeProvider.System, TimeSpan.FromSeconds(1), NullLogger<StoreHealth>.Instance);

    public static ServiceEnd End() => new(new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));

    public static StoreCheck Of(IJournalStore store, StoreHealth? health = null, ServiceEnd? end = null,
        ILogger<StoreCheck>? log = null, TimeSpan? patience = null) =>
        new(store, health ?? Health(), end ?? End(), log ?? NullLogger<StoreCheck>.Instance)
        {
            Patience = patience ?? Deadlines.Service,
        };
}
