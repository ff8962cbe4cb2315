namespace Leasequery.Wire;

/// <summary>
/// Where the fields of a DHCP message stand (RFC 2131 section 2, figure 1). The only place with numbers: check it once
/// against the figure, and nobody counts bytes again.
/// </summary>
internal static class DhcpLayout
{
    public const int Op = 0;
    public const int HardwareType = 1;
    public const int HardwareLength = 2;
    public const int Hops = 3;
    public const int TransactionId = 4;
    public const int Seconds = 8;
    public const int Flags = 10;
    public const int ClientAddress = 12;
    public const int YourAddress = 16;
    public const int ServerAddress = 20;
    public const int RelayAddress = 24;
    public const int ClientHardwareAddress = 28;
    public const int ServerName = 44;
    public const int ServerNameSize = 64;
    public const int BootFile = 108;
    public const int BootFileSize = 128;
    public const int MagicCookie = 236;
    public const int Options = 240;

    /// <summary>99, 130, 83, 99: what says that DHCP options follow (RFC 2131 section 3).</summary>
    public const uint MagicCookieValue = 0x63825363;
}
