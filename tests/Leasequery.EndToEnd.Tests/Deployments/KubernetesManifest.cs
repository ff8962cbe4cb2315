using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Leasequery.EndToEnd.Tests.Deployments;

/// <summary>The shipped example for Kubernetes, by what its parts say to each other.</summary>
public sealed class KubernetesManifest
{
    readonly IReadOnlyList<YamlNode> _documents;

    KubernetesManifest(IReadOnlyList<YamlNode> documents) => _documents = documents;

    /// <summary>The pod of the stateful set.</summary>
    public YamlNode Pod => At(Document("StatefulSet"), "spec", "template", "spec");

    /// <summary>Its one container.</summary>
    public YamlNode Container => Assert.Single(((YamlSequenceNode)At(Pod, "containers")).Children);

    /// <summary>Reads it.</summary>
    public static KubernetesManifest Read()
    {
        var yaml = new YamlStream();
        using var file = File.OpenText(Path.Combine(AppContext.BaseDirectory, "deployments", "kubernetes.yaml"));
        yaml.Load(file);
        return new KubernetesManifest([.. yaml.Documents.Select(document => document.RootNode)]);
    }

    /// <summary>The document of a kind; there is one of each.</summary>
    public YamlNode Document(string kind) => Assert.Single(_documents, document => Text(document, "kind") == kind);

    /// <summary>What stands under these names, or at these places of lists.</summary>
    public static YamlNode At(YamlNode node, params IEnumerable<object> path) => path.Aggregate(node, (at, step) =>
        step is int place ? ((YamlSequenceNode)at).Children[place] : ((YamlMappingNode)at).Children[(string)step]);

    /// <summary>The words there.</summary>
    public static string Text(YamlNode node, params IEnumerable<object> path) => ((YamlScalarNode)At(node, path)).Value!;

    /// <summary>The number there.</summary>
    public static int Number(YamlNode node, params IEnumerable<object> path) =>
        int.Parse(Text(node, path), CultureInfo.InvariantCulture);

    /// <summary>The elements of the list there.</summary>
    public static IReadOnlyList<YamlNode> List(YamlNode node, params IEnumerable<object> path) =>
        [.. ((YamlSequenceNode)At(node, path)).Children];

    /// <summary>The element of a list that has this name.</summary>
    public static YamlNode Named(IEnumerable<YamlNode> list, string name) =>
        Assert.Single(list, item => Text(item, "name") == name);
}
