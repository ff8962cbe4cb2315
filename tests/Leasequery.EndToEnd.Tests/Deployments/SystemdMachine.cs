using System.Globalization;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Service;

namespace Leasequery.EndToEnd.Tests.Deployments;

/// <summary>
/// A small machine whose process 1 is systemd, with the shipped unit as it is: the account, the program and the settings lie
/// where the unit has them. Only what systemd of a whole machine would bring is added: empty targets, and a file for what goes to
/// the journal.
/// </summary>
public sealed class SystemdMachine : IDisposable
{
    /// <summary>The account of the service.</summary>
    public const int User = 10067;

    /// <summary>The unit.</summary>
    public const string Unit = "leasequery.service";

    readonly TempFolder _folder = new("systemd");
    readonly ChildProcess _box;
    int _systemd;

    SystemdMachine(NetworkNamespace inside, string settings)
    {
        foreach (var target in (string[])["sysinit", "basic", "network-online", "multi-user", "shutdown", "default"])
            Put($"etc/systemd/system/{target}.target", "[Unit]\nDefaultDependencies=no\n");
        Put($"etc/systemd/system/{Unit}", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deployments", Unit)));
        Put($"etc/systemd/system/{Unit}.d/test.conf",
            "[Service]\nEnvironment=DOTNET_ROOT=/opt/dotnet\nStandardOutput=append:/log/out\nStandardError=append:/log/errors\n");
        Put("etc/leasequery/cluster.conf", settings);
        Put("etc/passwd", $"root:x:0:0::/root:/bin/sh\nleasequery:x:{User}:{User}::/nonexistent:/usr/sbin/nologin\n");
        Put("etc/group", $"root:x:0:\nleasequery:x:{User}:\n");
        Put("etc/machine-id", $"{Guid.NewGuid():n}\n");
        Directory.CreateDirectory(_folder.At("root"));
        _box = ChildProcess.Start(
            "unshare",
            [
                "--mount", Path.Combine(AppContext.BaseDirectory, "deployments", "boot-systemd.sh"),
                _folder.At("root"), Executable.Folder, Executable.RuntimeFolder, _folder.At("files"),
            ],
            inside);
    }

    /// <summary>
    /// Boots it, with these settings of the service in the file that the unit names; the service is not started.
    /// </summary>
    public static Task<SystemdMachine> BootAsync(NetworkNamespace inside, string settings) =>
        Ready.WhenAsync(new SystemdMachine(inside, settings), machine => machine.BootsAsync());

    /// <summary>systemctl, as root of that machine.</summary>
    public Finished Systemctl(params IEnumerable<string> arguments) => Run("systemctl", arguments);

    /// <summary>Runs a program there.</summary>
    public Finished Run(string program, params IEnumerable<string> arguments)
    {
        using var process =
            ChildProcess.Start("nsenter", ["-t", Text(_systemd), "-m", "-p", "-n", "-u", "-i", program, .. arguments]);
        process.WaitForExitAsync(Deadlines.Program, $"the end of {program} {string.Join(' ', arguments)}")
            .GetAwaiter().GetResult();
        return new Finished(process.ExitCode, process.OutputLines, process.ErrorLines);
    }

    /// <summary>A property of the unit, as systemctl show has it.</summary>
    public string Property(string name) => string.Join('\n', Systemctl("show", Unit, "--property", name, "--value").Output);

    /// <summary>Waits until a property has this value.</summary>
    public Task BecomesAsync(string property, string value) => IsSoonAsync(property, now => now == value, value);

    /// <summary>Waits until a count is at least this: between two looks it may have gone on by more than one.</summary>
    public Task ReachesAsync(string property, int least) => IsSoonAsync(
        property, now => int.TryParse(now, CultureInfo.InvariantCulture, out var count) && count >= least, $"{least} or more");

    /// <summary>A file of that machine; empty when there is none.</summary>
    public string Read(string path) => File.Exists(PathOf(path)) ? File.ReadAllText(PathOf(path)) : "";

    /// <summary>Writes a file of that machine.</summary>
    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), content);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using (var systemd = _systemd > 0 ? ProcessTree.Find(_systemd) : null)
            if (systemd is not null)
                ProcessTree.KillIfAlive(systemd); // and with it all there is on that machine
        if (_systemd > 0)
            _box.WaitForExitAsync(Deadlines.Program, "the machine to be gone").GetAwaiter().GetResult();
        _box.Dispose();
        _folder.Dispose();
    }

    Task IsSoonAsync(string property, Func<string, bool> expected, string what) => Eventually.HoldsAsync(
        () => expected(Property(property)), Deadlines.Program, $"{property} of the unit to be {what}",
        () => $"{Systemctl("status", "--full", Unit)}{Environment.NewLine}{Read("log/out")}{Read("log/errors")}"
            + string.Join(Environment.NewLine, _box.Lines));

    string PathOf(string path) => $"/proc/{Text(_systemd)}/root/{path}";

    void Put(string path, string content)
    {
        var file = _folder.At($"files/{path}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    async Task BootsAsync()
    {
        await Eventually.HoldsAsync(
            () => !_box.HasExited ? (_systemd = ProcessTree.FindBelow(_box.Id, "systemd")) > 0
                : throw new InvalidOperationException($"systemd did not boot. {string.Join(Environment.NewLine, _box.Lines)}"),
            Deadlines.Program, "systemd to boot", () => string.Join(Environment.NewLine, _box.Lines));
        await Eventually.HoldsAsync(
            () => Systemctl("is-active", "default.target").ExitCode == 0, Deadlines.Program, "systemd to be up");
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
