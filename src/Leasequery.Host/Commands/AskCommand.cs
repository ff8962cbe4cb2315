using System.CommandLine;
using System.Globalization;
using Leasequery.Host.Asking;
using Leasequery.Host.Wording;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using Spectre.Console;

namespace Leasequery.Host.Commands;

/// <summary><c>leasequery ask</c>: what dig is to DNS.</summary>
internal sealed class AskCommand : UserCommand
{
    /// <summary>The address is managed, and nobody holds a lease on it.</summary>
    public const int NoLease = 1;

    /// <summary>The server does not speak of this address.</summary>
    public const int NotManaged = 2;

    /// <summary>Nobody answered.</summary>
    public const int NoAnswer = 3;

    private readonly Argument<Ipv4Address> _address = new("ADDRESS")
    {
        Description = "The IPv4 address to ask about.",
        CustomParser = Input.Address,
    };

    private readonly Option<ServerName> _server = new("--server", "-s")
    {
        HelpName = "HOST[:PORT]",
        Description = "Who is asked: a DHCP server or a leasequery service. The port is 67 unless given.",
        CustomParser = Input.Server,
        Required = true,
    };

    private readonly Option<Ipv4Address?> _relayAddress = new("--giaddr")
    {
        HelpName = "A",
        Description = "The address that the answer goes to. Unless given: the local address that reaches the server.",
        CustomParser = typed => Input.Address(typed),
    };

    private readonly Option<LeasequeryDialect?> _dialect = new("--dialect")
    {
        HelpName = "draft-0|draft-2|draft-4|rfc4388",
        Description = "The leasequery dialect that the server speaks (rfc4388 unless given).",
        CustomParser = typed =>
        {
            if (!LeasequeryDialects.TryParse(typed.Tokens[0].Value, out var dialect))
                typed.AddError($"'{typed.Tokens[0].Value}' is none of {LeasequeryDialects.AllNames}");
            return dialect;
        },
    };

    private readonly Option<int?> _draftNumber = new("--draft-number")
    {
        HelpName = "N",
        Description = "The message type of the query in the draft dialects (13 unless given).",
        CustomParser = typed => Input.Number(1, byte.MaxValue)(typed),
    };

    private readonly Option<int[]> _options = new("--option", "-o")
    {
        HelpName = "N",
        Description = "A further option to ask for, such as 12 for the host name. May be repeated. Always asked for: "
            + LeasequeryQuestion.UsualOptions,
        CustomParser = Input.Numbers(1, byte.MaxValue - 1),
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object instead of lines.",
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        HelpName = "SECONDS",
        Description = "How long to wait in all (2 unless given).",
        CustomParser = typed => Input.Seconds(0.001, 3600)(typed),
    };

    private readonly Option<int?> _tries = new("--tries")
    {
        HelpName = "N",
        Description = "How often to send the query within that time; each wait is twice the one before (3 unless given).",
        CustomParser = typed => Input.Number(1, 16)(typed),
    };

    private readonly Option<int?> _port = new("--port", "-p")
    {
        HelpName = "P",
        Description = "The local UDP port to ask from. Unless given: 67, where answers go, or any if that is not to be had.",
        CustomParser = typed => Input.Number(1, ushort.MaxValue)(typed),
    };

    /// <summary>Puts the command together.</summary>
    public AskCommand()
        : base("ask", "Ask a server where an address is, and show its answer decoded.")
    {
        Add(_address);
        Option[] options = [_server, _relayAddress, _dialect, _draftNumber, _options, _json, _timeout, _tries, _port];
        foreach (var option in options)
            Add(option);
        Validators.Add(typed =>
        {
            if (typed.GetValue(_draftNumber) is not null && typed.GetValue(_dialect) is null or LeasequeryDialect.Rfc4388)
                typed.AddError("--draft-number goes with a draft dialect: add --dialect draft-0, draft-2 or draft-4");
        });
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public override string Example => "leasequery ask 10.0.0.7 --server 10.0.0.1";

    /// <inheritdoc/>
    public override string Details => $"""
        Examples:
          leasequery ask 10.0.0.7 --server 10.0.0.1
          leasequery ask 10.0.0.7 --server dhcp.example.net --option 12 --option 60
          leasequery ask 10.0.0.7 --server 10.0.0.1:1067 --dialect draft-0 --giaddr 10.0.0.254
          leasequery ask 10.0.0.7 --server 10.0.0.1 --json | jq .remainingSeconds

        Exit codes:
          {ExitCodes.Ok}   leased, or configured for a device without a lease
          {NoLease}   managed, but nobody holds a lease on it
          {NotManaged}   not managed by this server
          {NoAnswer}   no answer
          {ExitCodes.Usage}  the command line cannot be understood
          {ExitCodes.Unavailable}  the query cannot be sent
        """;

    private async Task<int> RunAsync(ParseResult typed, CancellationToken cancellation)
    {
        var question = await ReadQuestionAsync(typed, cancellation);
        var terminal = Terminal.Of(typed.InvocationConfiguration);
        using var socket = ReplySocket.Open(question);
        var result = await LeasequeryClient.AskAsync(question, socket, cancellation);
        var answer = AnswerReader.Read(question, socket, result);
        foreach (var remark in answer.Remarks)
            terminal.Remark(remark);
        if (typed.GetValue(_json))
            typed.InvocationConfiguration.Output.WriteLine(AnswerJson.Write(answer));
        else if (result is Answered)
            new AnswerPrinter(terminal.Output).Print(answer);
        if (result is Unanswered silence)
            terminal.Error.WriteLine(NoAnswerLine(question, silence));
        return ExitCodeOf(answer.Outcome);
    }

    private async Task<LeasequeryQuestion> ReadQuestionAsync(ParseResult typed, CancellationToken cancellation)
    {
        var usual = new LeasequeryQuestion
        {
            Address = typed.GetValue(_address),
            Server = await typed.GetRequiredValue(_server).ResolveAsync(cancellation),
            RelayAddress = typed.GetValue(_relayAddress),
            LocalPort = (ushort?)typed.GetValue(_port),
        };
        return usual with
        {
            Dialect = typed.GetValue(_dialect) ?? usual.Dialect,
            DraftQuery = (DhcpMessageType?)typed.GetValue(_draftNumber) ?? usual.DraftQuery,
            Options = (typed.GetValue(_options) ?? []).Aggregate(usual.Options, (set, code) => set.With((DhcpOption)code)),
            Timeout = typed.GetValue(_timeout) ?? usual.Timeout,
            Tries = typed.GetValue(_tries) ?? usual.Tries,
        };
    }

    private static string NoAnswerLine(LeasequeryQuestion question, Unanswered silence)
    {
        var tries = Words.Count(silence.Tries, "try", "tries");
        var seconds = silence.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return $"leasequery ask: no answer from {question.Server} after {tries} in {seconds} s";
    }

    private static int ExitCodeOf(LeasequeryOutcome? outcome) => outcome switch
    {
        LeasequeryOutcome.Leased or LeasequeryOutcome.Configured => ExitCodes.Ok,
        LeasequeryOutcome.Unleased => NoLease,
        LeasequeryOutcome.Unmanaged => NotManaged,
        _ => NoAnswer,
    };
}
