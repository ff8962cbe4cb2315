namespace Leasequery.Load.Commands;

/// <summary>What the shell sees; the larger ones are those of sysexits.h.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and everything that came was right.</summary>
    public const int Ok = 0;

    /// <summary>No answer came, a wrong one did, or not everything was stored.</summary>
    public const int NotRight = 1;

    /// <summary>EX_USAGE: the command line cannot be understood.</summary>
    public const int Usage = 64;

    /// <summary>EX_UNAVAILABLE: cannot send, or the service's metrics cannot be read.</summary>
    public const int Unavailable = 69;
}
