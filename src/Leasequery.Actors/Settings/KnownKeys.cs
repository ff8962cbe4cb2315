using Akka.Configuration.Hocon;

namespace Leasequery.Actors.Settings;

/// <summary>
/// Refuses keys that reference.conf does not have. A misspelt key would otherwise be ignored, and the operator would believe
/// in a setting that is not there.
/// </summary>
internal static class KnownKeys
{
    public static void Check(HoconObject given, HoconObject known, string path)
    {
        foreach (var (key, value) in given.Items)
        {
            if (!known.Items.TryGetValue(key, out var reference))
                throw new SettingsException($"{path}.{key}", SettingsReader.Shown(key, value),
                    $"no such key; {path} has {string.Join(", ", known.Items.Keys)}");
            if (reference.GetObject() is not { } section)
                continue;
            if (value.GetObject() is not { } inner)
                throw new SettingsException($"{path}.{key}", SettingsReader.Shown(key, value),
                    $"an object with the keys {string.Join(", ", section.Items.Keys)}");
            Check(inner, section, $"{path}.{key}");
        }
    }
}
