using Leasequery.Actors.Settings;
using Leasequery.Actors.Tests.Support;
using Leasequery.Domain.Networks;
using Leasequery.Wire;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Settings;

public class StaticDeviceSettingsTests
{
    [Theory] // as hex, and by sub-options in the order given: text, or 0x and hex
    [InlineData("\"0104deadbeef\"", "0104deadbeef")]
    [InlineData("\"01:04:de:ad:be:ef\"", "0104deadbeef")]
    [InlineData("{ circuit-id = \"eth1/3\", remote-id = \"0x000a2800fa42\" }", "0106657468312f33" + "0206000a2800fa42")]
    [InlineData("{ remote-id = modem, circuit-id = \"0xff\" }", "02056d6f64656d" + "0101ff")]
    [InlineData("{ link-selection = \"0x0a010000\" }", "05040a010000")]
    [InlineData("{ subscriber-id = \"größe\" }", "0607" + "6772c3b6c39f65")]
    public void The_location_of_a_static_device_is_written_as_the_requestor_reads_it_N35(string information, string bytes) =>
        Assert.Equal(Octets(bytes), Device($"relay-agent-information = {information}").RelayAgentInformation);

    [Fact]
    public void All_parts_but_the_address_may_be_left_out()
    {
        Assert.Equal(new StaticDevice(Subscriber, HardwareAddress.None, OctetString.Empty, false), Device(""));
        Assert.Equal(new StaticDevice(Subscriber, Modem, OctetString.Empty, true),
            Device("hardware = \"00:0a:28:00:fa:42\", infinite-lease = on"));
    }

    [Theory]
    [InlineData("[{ hardware = \"00:0a:28:00:fa:42\" }]", "[0].address = (nothing): an IPv4 address")]
    [InlineData("[{ address = \"10.1.2\" }]", "[0].address = \"10.1.2\": an IPv4 address")]
    [InlineData("[{ address = \"10.2.0.1\" }]", "[0].address = \"10.2.0.1\": an address inside leasequery.networks")]
    [InlineData("[{ address = \"10.1.2.3\" }, { address = \"10.1.2.3\" }]", "[1].address = \"10.1.2.3\": each address once")]
    [InlineData("[{ address = \"10.1.2.3\", hardware = modem }]",
        "[0].hardware = \"modem\": a hardware address such as 00:0a:28:00:fa:42")]
    [InlineData("[{ address = \"10.1.2.3\", infinite-lease = maybe }]", "[0].infinite-lease = \"maybe\": on or off")]
    [InlineData("[{ address = \"10.1.2.3\", relay-agent-information = \"01f\" }]",
        "[0].relay-agent-information = \"01f\": option 82 in hex, or { circuit-id = ... }")]
    [InlineData("[{ address = \"10.1.2.3\", relay-agent-information { circuit-id = \"0xf\" } }]",
        "[0].relay-agent-information.circuit-id = \"0xf\": text, or 0x and hex, of 1 to 255 bytes")]
    [InlineData("[{ address = \"10.1.2.3\", relay-agent-information { circuit-id = \"\" } }]",
        "[0].relay-agent-information.circuit-id = \"\": text, or 0x and hex, of 1 to 255 bytes")]
    [InlineData("[{ address = \"10.1.2.3\", relay-agent-information { circuit = \"1\" } }]",
        "[0].relay-agent-information.circuit = \"1\": no such sub-option; known are circuit-id, link-selection, "
        + "relay-agent-identifier, remote-id, server-identifier-override, subscriber-id, "
        + "vendor-specific, virtual-subnet-selection")]
    public void What_is_wrong_is_named(string devices, string message) =>
        Assert.Equal($"leasequery.static-devices{message}",
            Assert.Throws<SettingsException>(() => Node.Settings($"static-devices = {devices}")).Message);

    [Fact]
    public void What_no_reply_could_hold_is_refused() =>
        Assert.EndsWith("at most 1020 bytes", Assert.Throws<SettingsException>(() =>
            Device($"relay-agent-information = \"{new string('0', 2042)}\"")).Message, StringComparison.Ordinal);

    private static StaticDevice Device(string hocon) =>
        Assert.Single(Node.Settings($"static-devices = [{{ address = \"{Subscriber}\", {hocon} }}]").StaticDevices).Value;
}
