using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Leasequery.Load.Commands;

var root = new RootCommand("Puts load on a leasequery server, checks what it says and measures how fast. Linux only.")
{
    new QueriesCommand(),
    new GleanCommand(),
    new MixedCommand(),
    new OverloadCommand(),
};
root.HelpName = "leasequery-load";
root.Options.OfType<HelpOption>().Single().Action = new HelpWithExamples();
var parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    var complaint = parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.');
    return Fail($"{complaint}. Try 'leasequery-load {parsed.CommandResult.Command.Name} --help'", ExitCodes.Usage);
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (LoadFailedException failure)
{
    return Fail(failure.Message, failure.ExitCode);
}
catch (OperationCanceledException)
{
    return Fail("interrupted", 130);
}

static int Fail(string message, int exitCode)
{
    Console.Error.WriteLine($"leasequery-load: {message}");
    return exitCode;
}
