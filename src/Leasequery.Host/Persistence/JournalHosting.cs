using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Leasequery.Actors.Locations;
using Leasequery.Host.Serving;

namespace Leasequery.Host.Persistence;

/// <summary>Plugs a store in as Akka's journal.</summary>
internal static class JournalHosting
{
    private const string Journal = "akka.persistence.journal.leasequery";

    // About Akka's 30 s, but over soon after six whole turns of the scheduler's wheel (512 ticks of 10 ms). An actor that starts
    // sets two timers of that length and cancels them when it has recovered; the wheel keeps a cancelled timer, and the actor
    // with it, until it comes by the timer's place. From here that is at once. With 30 s it is 4.4 s later, and in a burst the
    // collector moves every actor until then. The rest is longer than a recovery takes: what the wheel meets before it is
    // cancelled stays for another turn. Without a unit, which Akka would take apart by a regular expression for each actor.
    private const int RecoveryLimitMs = (6 * 512 * 10) + 100;

    public static AkkaConfigurationBuilder WithJournalOf(this AkkaConfigurationBuilder builder, IJournalStore store,
        JournalWriter writer, LocationTable table) =>
        builder
            .AddSetup(new StoreSetup(store, writer, table))
            .AddHocon(JournalConfig(store), HoconAddMode.Prepend)
            .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append);

    private static Config JournalConfig(IJournalStore store) => ConfigurationFactory.ParseString($$"""
        akka.persistence.journal.plugin = "{{Journal}}"
        {{Journal}} {
          class = "{{typeof(LeasequeryJournal).AssemblyQualifiedName}}"
          plugin-id = "{{Journal}}"
          connection-string = {{HoconText.Quote(store.ConnectionString)}}
          provider-name = "{{store.ProviderName}}"
          auto-initialize = off         # the stores make the table, with another key
          tag-write-mode = Csv          # no table of tags: nobody tags, and its rows would go in one by one
          replay-filter.mode = off      # it compares the writers of several events, and there is one
          recovery-event-timeout = {{RecoveryLimitMs}}
          circuit-breaker {
            call-timeout = 60 s         # a commit that waits for a slow disk is no failure; failures answer at once
            reset-timeout = 1 s         # Akka's 30 s would keep actors from starting for so long after the database is back
          }
        }
        """);
}
