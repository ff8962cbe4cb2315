using Leasequery.Host.Wording;

namespace Leasequery.Host.Tests.Wording;

public class WordsTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(3600, "1 h")]
    [InlineData(93784, "1 d 2 h 3 min 4 s")]
    [InlineData(86401, "1 d 1 s")]
    public void A_duration_leaves_out_what_is_zero(uint seconds, string words) => Assert.Equal(words, Words.Duration(seconds));

    [Fact]
    public void One_is_not_many()
    {
        Assert.Equal("1 try", Words.Count(1, "try", "tries"));
        Assert.Equal("2 tries", Words.Count(2, "try", "tries"));
    }
}
