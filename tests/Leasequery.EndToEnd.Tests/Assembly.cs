using System.Runtime.Versioning;
using Leasequery.EndToEnd.Tests.Peers;

// Each test here starts real programs and builds networks; two at a time would only wait for each other on a small machine,
// unless both mostly wait for what a protocol wants.
[assembly: CollectionBehavior("Leasequery.EndToEnd.Tests.Peers." + nameof(AloneUnlessItWaits), "Leasequery.EndToEnd.Tests")]

// Namespaces, signals and /proc; elsewhere PeerRequirements skips what needs them.
[assembly: SupportedOSPlatform("linux")]
