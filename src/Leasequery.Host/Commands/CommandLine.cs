using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Leasequery.Host.Wording;

namespace Leasequery.Host.Commands;

/// <summary>The command line as a whole: which commands there are, and what happens when one of them goes wrong.</summary>
internal static class CommandLine
{
    private const string Executable = "leasequery";

    /// <summary>Runs what the arguments say and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error,
        CancellationToken cancellation = default)
    {
        var root = CreateRoot();
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var command = parsed.CommandResult.Command;
        if (parsed.Action is ParseErrorAction)
            return Fail(error, command, $"{Complaint(parsed)}. {Advice(command)}", ExitCodes.Usage);
        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // The library would end the process two seconds after SIGTERM, whatever is not stored by then. Each command ends
                // by itself when it is told to: the service within its shutdown-timeout, the others at once.
                ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
            };
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (CommandFailedException failure)
        {
            return Fail(error, command, failure.Message, failure.ExitCode);
        }
        catch (OperationCanceledException)
        {
            return Fail(error, command, "interrupted", ExitCodes.Interrupted);
        }
    }

    private static RootCommand CreateRoot()
    {
        var root = new RootCommand("Tells where an IPv4 address is: a DHCP leasequery service and its tools.")
        {
            new ServeCommand(),
            new AskCommand(),
            new ReplayCommand(),
            new ClusterCommand(),
            new DemoCommand(),
        };
        root.HelpName = Executable;
        root.Options.OfType<HelpOption>().Single().Action = new DetailedHelpAction();
        return root;
    }

    private static int Fail(TextWriter error, Command command, string message, int exitCode)
    {
        error.WriteLine($"{NameOf(command)}: {OneLine(message)}");
        return exitCode;
    }

    private static string Complaint(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens.Count > 0)
            return $"'{parsed.UnmatchedTokens[0]}' is not a command";

        // Our own complaints speak of the value alone; the library's name the option.
        var error = parsed.Errors[0];
        var message = OneLine(error.Message);
        return error.SymbolResult is OptionResult { Option.Name: var name } && !message.Contains(name)
            ? $"{name}: {message}"
            : message;
    }

    private static string Advice(Command command) => command is UserCommand user
        ? $"Try '{user.Example}', or '{NameOf(command)} --help'"
        : $"Commands: {string.Join(", ", command.Subcommands.Select(one => one.Name))}. Try '{NameOf(command)} --help'";

    private static string NameOf(Command command) =>
        command is RootCommand ? Executable : $"{NameOf(command.Parents.OfType<Command>().Single())} {command.Name}";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
