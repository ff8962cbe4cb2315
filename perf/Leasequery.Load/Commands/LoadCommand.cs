using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Leasequery.Load.Commands;

/// <summary>A command that sends load: with the options that all of them share, and with examples in its help.</summary>
internal abstract class LoadCommand : Command
{
    private readonly TargetOptions _target = new();

    /// <summary>Puts the shared options on a command.</summary>
    protected LoadCommand(string name, string description)
        : base(name, description)
    {
        Add(_target.Server);
        foreach (var option in _target.All)
            Add(option);
        SetAction((typed, cancellation) => RunAsync(new LoadContext(typed, _target), cancellation));
    }

    /// <summary>What help says after the options.</summary>
    public abstract string Examples { get; }

    /// <summary>Runs the load and returns the exit code.</summary>
    protected abstract Task<int> RunAsync(LoadContext context, CancellationToken cancellation);
}

/// <summary>Help as the library writes it, and then the command's examples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new();

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true; // who asks for help need not have typed the rest

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is LoadCommand command)
            parseResult.InvocationConfiguration.Output.WriteLine(command.Examples.TrimEnd());
        return exitCode;
    }
}
