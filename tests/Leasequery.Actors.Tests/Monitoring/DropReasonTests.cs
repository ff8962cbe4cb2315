using System.Text.RegularExpressions;
using Leasequery.Actors.Monitoring;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;

namespace Leasequery.Actors.Tests.Monitoring;

public partial class DropReasonTests
{
    [Fact]
    public void Each_reason_has_a_label_of_its_own() =>
        Assert.Equal(DropReason.All.Select(reason => reason.Label).Distinct(), DropReason.All.Select(reason => reason.Label));

    [Fact]
    public void A_label_is_made_for_a_query_language() =>
        Assert.All(DropReason.All, reason => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", reason.Label));

    [Fact]
    public void Every_value_of_every_kind_is_a_reason()
    {
        var reasons = Enum.GetValues<DhcpParseError>().Where(value => value != default).Select(value => (DropReason)value)
            .Concat(Enum.GetValues<LeasequeryRefusal>().Where(value => value != default).Select(value => (DropReason)value))
            .Concat(Enum.GetValues<GleaningSkip>().Where(value => value != default).Select(value => (DropReason)value))
            .Concat(Enum.GetValues<IngressDrop>().Select(value => (DropReason)value));
        Assert.Equal(DropReason.All, reasons);
    }

    [Fact]
    public void A_label_says_what_the_name_says() => Assert.Equal(
        ["option-overrun", "query-no-relay-address", "ack-to-inform", "unsolicited-reply"],
        new DropReason[]
        {
            DhcpParseError.OptionOverrun, LeasequeryRefusal.NoRelayAddress, GleaningSkip.AckToInform,
            IngressDrop.UnsolicitedReply,
        }.Select(reason => reason.Label));

    [Fact]
    public void The_readme_lists_each_reason()
    {
        var list = House.ReadAllLines("README.md")
            .SkipWhile(line => !line.StartsWith("| what was dropped |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'));

        Assert.Equal(DropReason.All.Select(reason => reason.Label).Order(),
            list.SelectMany(line => Word().Matches(line)).Select(word => word.Groups[1].Value).Order());
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Word();
}
