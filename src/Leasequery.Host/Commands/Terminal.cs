using System.CommandLine;
using Spectre.Console;

namespace Leasequery.Host.Commands;

/// <summary>
/// Where a command's words go: answers to standard output, everything about how it went to standard error. Colours only where
/// the stream is a terminal, and lines are never folded by us: a terminal folds them, and a pipe wants them whole.
/// </summary>
internal sealed class Terminal
{
    private const int NeverFold = short.MaxValue;

    private static readonly Style Dim = new(decoration: Decoration.Dim);

    private Terminal(IAnsiConsole output, IAnsiConsole error, IAnsiConsole progress)
    {
        Output = output;
        Error = error;
        Progress = progress;
        Output.Profile.Width = NeverFold;
        Error.Profile.Width = NeverFold;
    }

    /// <summary>For answers.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>For remarks.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Standard error once more, as wide as it is: for what is drawn, not written.</summary>
    public IAnsiConsole Progress { get; }

    /// <summary>The streams that the command was invoked with.</summary>
    public static Terminal Of(InvocationConfiguration streams)
    {
        var outputIsTerminal = streams.Output == Console.Out && !Console.IsOutputRedirected;
        var errorIsTerminal = streams.Error == Console.Error && !Console.IsErrorRedirected;
        return new Terminal(Create(streams.Output, outputIsTerminal), Create(streams.Error, errorIsTerminal),
            Create(streams.Error, errorIsTerminal));
    }

    /// <summary>A remark on how it goes: one dim line on standard error.</summary>
    public void Remark(string text) => Error.WriteLine(text, Dim);

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
    });
}
