namespace Leasequery.Wire.Tests;

public class Ipv4EndpointTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1:67")]
    [InlineData("10.0.0.1:67", "10.0.0.1:67")]
    [InlineData("10.0.0.1:0", "10.0.0.1:0")]
    [InlineData("10.0.0.1:65535", "10.0.0.1:65535")]
    public void Reads_an_address_with_or_without_a_port(string text, string printed)
    {
        Assert.True(Ipv4Endpoint.TryParse(text, Ipv4Endpoint.ServerPort, out var endpoint));
        Assert.Equal(printed, endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":67")]
    [InlineData("10.0.0.1:")]
    [InlineData("10.0.0.1:65536")]
    [InlineData("10.0.0.1:-1")]
    [InlineData("10.0.0.1:+67")]
    [InlineData("10.0.0.1: 67")]
    [InlineData("10.0.0.1:67 ")]
    [InlineData("10.0.0.1:6:7")]
    [InlineData("10.0.0:67")]
    [InlineData("localhost:67")]
    public void Refuses_anything_else(string text)
    {
        Assert.False(Ipv4Endpoint.TryParse(text, Ipv4Endpoint.ServerPort, out var endpoint));
        Assert.Equal(default, endpoint);
    }

    [Fact]
    public void Has_the_ports_of_rfc_2131_section_4_1()
    {
        Assert.Equal(67, Ipv4Endpoint.ServerPort);
        Assert.Equal(68, Ipv4Endpoint.ClientPort);
    }
}
