using System.Runtime.Versioning;

// Each test here starts real programs and builds networks; two at a time would only wait for each other on a small machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// Namespaces, signals and /proc; elsewhere PeerRequirements skips what needs them.
[assembly: SupportedOSPlatform("linux")]
