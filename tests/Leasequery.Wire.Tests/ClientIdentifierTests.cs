namespace Leasequery.Wire.Tests;

public class ClientIdentifierTests
{
    [Theory] // RFC 2132 section 9.14
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Is_2_to_255_bytes_long(int length, bool allowed)
    {
        Assert.Equal(allowed, ClientIdentifier.TryCreate(new byte[length], out var identifier));
        Assert.Equal(allowed, identifier is not null);
    }

    [Fact]
    public void Keeps_its_own_bytes()
    {
        byte[] datagram = [0, 1, 2];
        ClientIdentifier.TryCreate(datagram, out var identifier);
        datagram[1] = 9; // the buffer is used for the next datagram
        Assert.Equal("000102", identifier?.ToString());
    }

    [Fact]
    public void Equals_by_bytes()
    {
        ClientIdentifier.TryCreate([1, 2, 3], out var left);
        ClientIdentifier.TryCreate([1, 2, 3], out var same);
        ClientIdentifier.TryCreate([1, 2, 4], out var other);
        Assert.Equal(left, same);
        Assert.Equal(left?.GetHashCode(), same?.GetHashCode());
        Assert.NotEqual(left, other);
        Assert.False(left?.Equals(null));
    }
}
