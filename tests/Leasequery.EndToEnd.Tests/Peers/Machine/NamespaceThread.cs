using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Leasequery.EndToEnd.Tests.Peers.Machine;

/// <summary>
/// Moves one thread into a namespace. The thread is made for it and ends after it: one from the pool would carry the
/// namespace into whatever runs on it next.
/// </summary>
static partial class NamespaceThread
{
    const int CloneNewNet = 0x40000000;

    /// <summary>Runs code in the namespace and hands on its result or its exception.</summary>
    public static T Run<T>(string name, Func<T> code)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(name);
                result = code();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = name };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    static void Enter(string name)
    {
        using var handle = File.OpenHandle(Path.Combine(NetworkNamespace.Folder, name));
        if (SetNamespace(handle, CloneNewNet) != 0)
            throw new InvalidOperationException($"Entering {name} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle descriptor, int kind);
}
