using System.CommandLine;
using Leasequery.Actors.Settings;
using Leasequery.Host.Demo;
using Leasequery.Host.Wording;

namespace Leasequery.Host.Commands;

/// <summary><c>leasequery demo</c>: the service on example traffic, for whoever sees it for the first time.</summary>
internal sealed class DemoCommand : UserCommand
{
    private const int DefaultPort = 6767;
    private const int LowestPort = 1024; // no root needed, which is the point

    private readonly Option<int> _port = new("--port")
    {
        Description = "UDP port on 127.0.0.1 to serve on.",
        HelpName = "PORT",
        DefaultValueFactory = _ => DefaultPort,
        CustomParser = Input.Number(LowestPort, ushort.MaxValue),
    };

    private readonly Option<string?> _directory = new("--directory")
    {
        Description = "Where to keep the store; a temporary directory that is removed at the end unless given.",
        HelpName = "DIRECTORY",
    };

    private readonly Option<bool> _once = new("--once") { Description = "End when everything is shown, instead of serving on." };

    public DemoCommand()
        : base("demo", "Shows the service on this machine with example traffic of a real access network.")
    {
        Options.Add(_port);
        Options.Add(_directory);
        Options.Add(_once);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override string Example => "leasequery demo";

    /// <inheritdoc/>
    public override string Details => """
        It is the real service with its real store, on the loopback and a high port: no root, no configuration.

        Exit codes:
          0    shown
          64   the command line cannot be understood
          69   the port or the directory cannot be used, or nothing gets stored
        """;

    private async Task<int> RunAsync(ParseResult typed, CancellationToken cancellation)
    {
        var directory = typed.GetValue(_directory);
        var store = directory ?? Directory.CreateTempSubdirectory("leasequery-demo-").FullName;
        try
        {
            var demo = new DemoRun((ushort)typed.GetValue(_port), store, Terminal.Of(typed.InvocationConfiguration).Output);
            await demo.RunAsync(!typed.GetValue(_once), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl-C is how it ends
        }
        catch (SettingsException wrong)
        {
            throw new CommandFailedException(ExitCodes.Of(wrong), wrong.Message, wrong);
        }
        finally
        {
            if (directory is null)
                Directory.Delete(store, recursive: true);
        }

        return ExitCodes.Ok;
    }
}
