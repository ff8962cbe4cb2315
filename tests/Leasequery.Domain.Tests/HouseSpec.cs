using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;

namespace Leasequery.Domain.Tests;

/// <summary>The lines between the rooms of the house, read from the compiled assemblies. Here: Wire and Domain.</summary>
public class HouseSpec
{
    private static readonly Assembly Wire = typeof(DhcpPacket).Assembly;
    private static readonly Assembly Domain = typeof(BindingRules).Assembly;

    /// <summary>What would make a rule depend on anything but its arguments: whole types, and single members.</summary>
    private static readonly ImmutableHashSet<string> Impure =
    [
        "System.DateTime.get_Now",
        "System.DateTime.get_UtcNow",
        "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow",
        "System.Environment",
        "System.Guid.NewGuid",
        "System.Guid.CreateVersion7",
        "System.Random",
        "System.TimeProvider",
        "System.TimeZoneInfo",
        "System.Console",
        "System.Diagnostics.Process",
        "System.Diagnostics.Stopwatch",
        "System.Security.Cryptography.RandomNumberGenerator",
    ];

    private static readonly ImmutableArray<string> ImpureNamespaces =
        ["System.IO", "System.Net", "System.Threading", "System.Timers"];

    /// <summary>What lets several threads read one state: it decides nothing, and waits for nothing but another writer.</summary>
    private static readonly ImmutableHashSet<string> Harmless =
        ["System.Threading.Lock", "System.Threading.Lock.Scope", "System.Threading.Volatile"];

    [Fact]
    public void Wire_takes_nothing_but_the_base_class_library() => Assert.Empty(References(Wire));

    [Fact]
    public void Domain_takes_nothing_but_wire_and_the_base_class_library() =>
        Assert.Equal(["Leasequery.Wire"], References(Domain));

    [Fact]
    public void Domain_has_no_clock_no_randomness_no_threads_and_no_io() => Assert.Empty(ImpureUses(Domain));

    [Fact] // The scan is proven on this assembly, which has one of each.
    public void The_scan_sees_what_it_looks_for()
    {
        Assert.NotEmpty(Impurities());
        string[] expected =
        [
            "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTimeOffset.get_UtcNow",
            "System.Diagnostics.Stopwatch.GetTimestamp", "System.Environment.get_TickCount64", "System.Guid.NewGuid",
            "System.IO.File.Exists", "System.Random.get_Shared", "System.Security.Cryptography.RandomNumberGenerator.GetInt32",
            "System.Threading.Thread.get_CurrentThread", "System.TimeProvider.get_System",
        ];
        Assert.Empty(expected.Except(ImpureUses(typeof(HouseSpec).Assembly)));
    }

    private static object[] Impurities() =>
    [
        DateTime.Now, DateTime.UtcNow, DateTimeOffset.UtcNow, Stopwatch.GetTimestamp(), Environment.TickCount64, Guid.NewGuid(),
        File.Exists("/"), Random.Shared, RandomNumberGenerator.GetInt32(2), Thread.CurrentThread, TimeProvider.System,
    ];

    /// <summary>
    /// What an assembly refers to beside the base class library, which is what lies beside <see cref="object"/>.
    /// </summary>
    private static IEnumerable<string> References(Assembly assembly)
    {
        var library = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !File.Exists(Path.Combine(library, name + ".dll")))
            .Order();
    }

    /// <summary>The impure members that an assembly refers to: metadata has a row for each, wherever it is used.</summary>
    private static List<string> ImpureUses(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        var members = metadata.MemberReferences
            .Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => (Type: NameOf((TypeReferenceHandle)member.Parent), Name: metadata.GetString(member.Name)))
            .Select(member => (member.Type, Member: $"{member.Type}.{member.Name}"));
        // Generic types, and those that are only in a signature.
        var types = metadata.TypeReferences.Select(NameOf).Select(type => (Type: type, Member: type));
        return
        [
            .. members.Concat(types).Where(use => IsImpure(use.Type, use.Member)).Select(use => use.Member).Distinct().Order(),
        ];

        string NameOf(TypeReferenceHandle handle)
        {
            var type = metadata.GetTypeReference(handle);
            var name = metadata.GetString(type.Name);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? $"{NameOf((TypeReferenceHandle)type.ResolutionScope)}.{name}" // nested
                : $"{metadata.GetString(type.Namespace)}.{name}";
        }
    }

    private static bool IsImpure(string type, string member) =>
        Impure.Contains(type) || Impure.Contains(member)
        || (!Harmless.Contains(type) && ImpureNamespaces.Any(name => type.StartsWith(name + ".", StringComparison.Ordinal)));
}
