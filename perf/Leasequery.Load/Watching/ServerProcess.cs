using System.Globalization;
using Leasequery.Load.Commands;
using Leasequery.Load.Traffic;

namespace Leasequery.Load.Watching;

/// <summary>
/// What the server's process costs, as the kernel counts it: on a machine that others use too, the processor time of a query says
/// more than queries a second.
/// </summary>
internal sealed class ServerProcess
{
    private const long NanosecondsInTick = Nanoclock.PerSecond / 100; // USER_HZ, the same on all of Linux
    private const int UserTime = 11; // fields of /proc/PID/stat behind the name
    private const int SystemTime = 12;

    private readonly string _folder;

    private ServerProcess(int id) => _folder = $"/proc/{id}";

    /// <summary>Processor time that all threads have used, in nanoseconds; exact to 10 ms.</summary>
    public long ProcessorTime => ReadProcessorTime(Read("stat"));

    /// <summary>Resident memory in bytes.</summary>
    public long Memory => ReadMemory(Read("status"));

    /// <summary>Finds a process.</summary>
    /// <exception cref="LoadFailedException">There is none.</exception>
    public static ServerProcess Find(int id)
    {
        var process = new ServerProcess(id);
        _ = process.ProcessorTime;
        return process;
    }

    /// <summary>
    /// Reads /proc/PID/stat. The name may hold blanks and brackets, so the fields are counted from its last bracket.
    /// </summary>
    public static long ReadProcessorTime(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[UserTime]) + Number(fields[SystemTime])) * NanosecondsInTick;
    }

    /// <summary>Reads VmRSS of /proc/PID/status.</summary>
    public static long ReadMemory(string status)
    {
        var line = status.Split('\n').First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private string Read(string file)
    {
        try
        {
            return File.ReadAllText($"{_folder}/{file}");
        }
        catch (IOException cause)
        {
            throw new LoadFailedException(ExitCodes.Unavailable, $"{_folder} cannot be read: is the server still there?", cause);
        }
    }
}
