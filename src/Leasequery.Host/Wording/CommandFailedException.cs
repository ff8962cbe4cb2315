namespace Leasequery.Host.Wording;

/// <summary>
/// A command cannot go on, for a reason that its user can mend. The message is the one line that they see: what is wrong, then
/// what to do. Anything else that is thrown is a mistake of ours and shows where it happened.
/// </summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">One line.</param>
/// <param name="cause">What the machine said.</param>
internal sealed class CommandFailedException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What the shell sees.</summary>
    public int ExitCode { get; } = exitCode;
}
