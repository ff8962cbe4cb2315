using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Leasequery.Host.Commands;

/// <summary>A command whose help goes on after its options: examples, exit codes.</summary>
/// <param name="name">What the user types.</param>
/// <param name="description">What it does, in a sentence.</param>
internal abstract class UserCommand(string name, string description) : Command(name, description)
{
    /// <summary>A command line that works, for help and for whoever typed one that does not.</summary>
    public abstract string Example { get; }

    /// <summary>What help says after the options.</summary>
    public abstract string Details { get; }
}

/// <summary>Help as the library writes it, and then the command's own details.</summary>
internal sealed class DetailedHelpAction : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true; // who asks for help need not have typed the rest

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is UserCommand command)
            parseResult.InvocationConfiguration.Output.WriteLine(command.Details.TrimEnd());
        return exitCode;
    }
}
