using System.CommandLine;
using Leasequery.Actors.Settings;
using Leasequery.Host.Serving;
using Leasequery.Host.Wording;

namespace Leasequery.Host.Commands;

/// <summary><c>leasequery serve</c>: the service.</summary>
internal sealed class ServeCommand : UserCommand
{
    private readonly Option<string?> _config = new("--config", "-c")
    {
        Description = "A HOCON file with the settings; hocon/reference.conf explains each key.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set", "-s")
    {
        Description = "Sets one key, on top of the file; may be given many times.",
        HelpName = "KEY=VALUE",
    };

    public ServeCommand()
        : base("serve", "Gleans from DHCP traffic, keeps every location, answers leasequeries.")
    {
        Options.Add(_config);
        Options.Add(_set);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override string Example => "leasequery serve --config standalone.conf";

    /// <inheritdoc/>
    public override string Details => """
        Examples:
          leasequery serve --config /etc/leasequery/standalone.conf
          leasequery serve --config standalone.conf --set leasequery.ingress.loops=4
          leasequery serve --set 'leasequery.networks=["10.0.0.0/8"]' --set 'leasequery.requestors=[{prefix="127.0.0.0/8"}]' \
                           --set 'leasequery.ingress.listen=["127.0.0.1:6767"]'

        One line on standard output says when it is ready; the log goes to standard error. SIGTERM ends it cleanly.

        Exit codes:
          0    it was told to end
          64   the command line cannot be understood
          69   what a setting needs is not there, and may come: an address, a name, a free port, room on the disk; the line names
               the key. To be started again
          75   it ended by itself, because the cluster went on without this node, or for the reason that the line names: to be
               started again
          78   a setting cannot be used: the line names the key, its value and what is allowed. Starting again does not help
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        await Task.Yield(); // the command line listens for SIGTERM only from here on
        try
        {
            var config = ConfigurationLoader.Load(parsed.GetValue(_config), parsed.GetValue(_set) ?? []);
            var settings = LeasequerySettings.From(config);
            await ServiceRunner.RunAsync(settings, parsed.InvocationConfiguration.Output, _ => { }, cancellation);
            return ExitCodes.Ok;
        }
        catch (SettingsException wrong)
        {
            throw new CommandFailedException(ExitCodes.Of(wrong), wrong.Message, wrong);
        }
    }
}
