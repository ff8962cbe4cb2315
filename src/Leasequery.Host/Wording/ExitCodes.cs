using Leasequery.Actors.Settings;

namespace Leasequery.Host.Wording;

/// <summary>
/// What the shell sees. Small numbers are a command's own answers, explained in its help; the others are those of sysexits.h,
/// which scripts and systemd know.
/// </summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>EX_USAGE: the command line cannot be understood.</summary>
    public const int Usage = 64;

    /// <summary>EX_DATAERR: an input file cannot be read at all.</summary>
    public const int BadData = 65;

    /// <summary>
    /// EX_UNAVAILABLE: something needed is not there: a route, a name, an address, a free port, room on the disk, a library.
    /// </summary>
    public const int Unavailable = 69;

    /// <summary>EX_TEMPFAIL: to be started again.</summary>
    public const int StartAgain = 75;

    /// <summary>EX_CONFIG: a setting cannot be used, and never will.</summary>
    public const int Configuration = 78;

    /// <summary>128 + SIGINT, as the shell says it.</summary>
    public const int Interrupted = 130;

    /// <summary>What it means that a setting cannot be used: a service manager tries again unless its text is wrong.</summary>
    public static int Of(SettingsException wrong) => wrong.MayPass ? Unavailable : Configuration;
}
