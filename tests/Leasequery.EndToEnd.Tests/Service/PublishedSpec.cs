using System.Reflection.PortableExecutable;
using Leasequery.EndToEnd.Tests.Peers;
using Leasequery.EndToEnd.Tests.Peers.Machine;
using Leasequery.EndToEnd.Tests.Peers.Packets;

namespace Leasequery.EndToEnd.Tests.Service;

/// <summary>
/// The program as users have it: published, compiled ahead, with what it needs beside it. That can break where what is built
/// works. tests/run publishes it and names it by LEASEQUERY_PUBLISHED; what else starts there it names by LEASEQUERY.
/// </summary>
public sealed class PublishedSpec
{
    static string? Published =>
        Environment.GetEnvironmentVariable("LEASEQUERY_PUBLISHED") is { Length: > 0 } named ? named : null;

    static string Program => Published ?? throw new InvalidOperationException(PublishedFactAttribute.Missing);

    [PublishedFact]
    public async Task what_is_published_gleans_answers_and_knows_it_after_a_restart()
    {
        using var folder = new TempFolder("store");
        using var requestor = new Requestor();
        var settings = new ServeSettings(folder.Path);
        var home = new Home(1);
        using (var service = await LeasequeryProcess.StartAsync(settings, other: Program))
        {
            requestor.Send(home.Ack, service.Endpoint);
            home.AssertLeased(await Eventually.GivesAsync(
                async () => await requestor.AskAsync(home.Query(), service.Endpoint) is { MessageType: HandMadeQuery.Active } told
                    ? told
                    : null,
                Deadlines.Answer, "the lease to be told"));
            Assert.Equal(0, await service.TerminateAsync());
            Assert.Empty(service.LoggedErrors);
        }

        using var again = await LeasequeryProcess.StartAsync(settings, other: Program);
        Assert.Equal(1, again.KnownAtStart);
        home.AssertLeased(await requestor.AskAsync(home.Query(), again.Endpoint));
    }

    [PublishedFact]
    public void what_is_published_is_compiled_already()
    {
        foreach (var name in new[] { "leasequery", "Leasequery.Actors", "Leasequery.Domain", "Leasequery.Wire", "Akka" })
        {
            using var file = new PEReader(File.OpenRead(Path.Combine(Path.GetDirectoryName(Program)!, $"{name}.dll")));
            Assert.True(file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, $"{name}.dll has no compiled code");
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    sealed class PublishedFactAttribute : FactAttribute
    {
        public const string Missing = "LEASEQUERY_PUBLISHED names no published program; tests/run publishes one.";

        public PublishedFactAttribute() => Skip = Published is null && !PeerRequirements.Required ? Missing : null;
    }
}
