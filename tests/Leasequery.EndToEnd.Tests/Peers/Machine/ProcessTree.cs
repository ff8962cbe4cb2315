using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>
/// Ends processes by their id, politely first. Never by name: other work on the machine may run the same programs.
/// </summary>
public static partial class ProcessTree
{
    const int SigInt = 2, SigTerm = 15, SigCont = 18, SigStop = 19;

    /// <summary>How long a program may take to end by itself before it is killed.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>Asks the process to end.</summary>
    public static void Terminate(int pid) => _ = Kill(pid, SigTerm);

    /// <summary>Interrupts the process, as Ctrl-C does.</summary>
    public static void Interrupt(int pid) => _ = Kill(pid, SigInt);

    /// <summary>Lets it stand still, as a machine does that has lost its disk or its host.</summary>
    public static void Pause(int pid) => _ = Kill(pid, SigStop);

    /// <summary>Lets it go on.</summary>
    public static void Continue(int pid) => _ = Kill(pid, SigCont);

    /// <summary>Ends the process and everything it started: SIGTERM, and SIGKILL for what stays.</summary>
    public static void End(Process process)
    {
        // Taken before the parent ends: its children are handed to process 1 then, and cannot be found any more.
        var descendants = DescendantsOf(process.Id).ToArray();
        if (!process.HasExited)
            Terminate(process.Id);
        if (!process.WaitForExit(Grace))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(Deadlines.Program); // The kill is only on its way when Kill returns.
        }
        foreach (var child in descendants)
            using (child)
                KillIfAlive(child);
    }

    /// <summary>Ends the process and everything it started by SIGKILL: for what has nothing to clear away.</summary>
    public static void Kill(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit(Deadlines.Program); // The kill is only on its way when Kill returns.
    }

    /// <summary>Kills one process, which may have ended meanwhile.</summary>
    public static void KillIfAlive(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended by itself, which is what we wanted.
        }
    }

    /// <summary>The process of that id, or null when it has ended.</summary>
    public static Process? Find(int pid)
    {
        try
        {
            return Process.GetProcessById(pid);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The process id of a descendant by the name of its program; 0 when there is none.</summary>
    public static int FindBelow(int pid, string name)
    {
        foreach (var child in ChildrenOf(pid))
            if (NameOf(child) == name)
                return child;
            else if (FindBelow(child, name) is > 0 and var found)
                return found;
        return 0;
    }

    // From the kernel: a Process that ends between being found and being asked throws.
    static string NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd('\n');
        }
        catch (IOException)
        {
            return ""; // It ended while we looked.
        }
    }

    static IEnumerable<Process> DescendantsOf(int pid) =>
        ChildrenOf(pid).SelectMany(child => DescendantsOf(child).Prepend(Find(child)).OfType<Process>());

    /// <summary>Children of every thread of the process: the kernel lists them by the thread that started them.</summary>
    static IEnumerable<int> ChildrenOf(int pid)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{pid}/task")
                .SelectMany(task => File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return []; // It ended while we looked.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
