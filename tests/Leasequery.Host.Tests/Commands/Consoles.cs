using System.CommandLine;
using Leasequery.Host.Commands;
using Spectre.Console;

namespace Leasequery.Host.Tests.Commands;

internal static class Consoles
{
    /// <summary>What a command gets whose output is no terminal.</summary>
    public static IAnsiConsole Plain(TextWriter writer) =>
        Terminal.Of(new InvocationConfiguration { Output = writer, Error = TextWriter.Null }).Output;
}
