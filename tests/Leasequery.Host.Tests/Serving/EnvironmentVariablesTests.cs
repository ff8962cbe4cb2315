using Akka.Configuration;
using Leasequery.Host.Serving;

namespace Leasequery.Host.Tests.Serving;

public class EnvironmentVariablesTests
{
    private const string Secret = "a \"quoted\" \\ word, # no comment\n$second ${NAME} line";

    [Theory]
    [InlineData("a { b = ${SECRET} }")]
    [InlineData("a { b = ${?SECRET} }")]
    [InlineData("a.b = ${?SECRET} # ${SECRET}")]
    [InlineData("a { b = before, b = ${?SECRET}, c = \"${SECRET}\" }")]
    public void A_variable_that_is_set_is_its_value_whatever_signs_it_has(string text) =>
        Assert.Equal(Secret, Read(text).GetString("a.b"));

    [Theory]
    [InlineData("a = \"${SECRET}\"")]
    [InlineData("a = \"\"\"${SECRET}\"\"\"")]
    [InlineData("# ${SECRET}\na = 1")]
    [InlineData("// ${SECRET}\na = 1")]
    [InlineData("a = ${secret}")] // a key of the text, as HOCON has it
    [InlineData("a = ${SECRET.KEY}")]
    [InlineData("a = ${OTHER}")]
    [InlineData("a = ${SECRET")]
    [InlineData("a = \"${SECRET}")]
    public void What_is_no_variable_that_is_set_stays(string text) =>
        Assert.Equal(text, EnvironmentVariables.Replace(text, ValueOf));

    [Fact]
    public void What_need_not_be_set_and_is_not_is_an_empty_text() =>
        Assert.Equal("", Read("a.b = ${?OTHER} # maybe").GetString("a.b"));

    [Fact]
    public void A_key_of_the_text_is_still_found() => Assert.Equal("5", Read("here = 5, there = ${here}").GetString("there"));

    [Fact]
    public void What_has_to_be_set_and_is_not_is_refused_by_its_name() =>
        Assert.Contains("OTHER", Assert.Throws<FormatException>(() => Read("a = ${OTHER}")).Message);

    private static Config Read(string text) => ConfigurationFactory.ParseString(EnvironmentVariables.Replace(text, ValueOf));

    private static string? ValueOf(string name) => name == "SECRET" ? Secret : null;
}
