namespace Leasequery.Actors.Settings;

/// <summary>
/// A setting that the service cannot run with. Its message is one line for the person who wrote the setting: the key, its
/// value, and what is allowed.
/// </summary>
public sealed class SettingsException(string key, string value, string allowed, Exception? cause = null)
    : Exception($"{key} = {value}: {allowed}", cause)
{
    /// <summary>The full path of the key.</summary>
    public string Key { get; } = key;

    /// <summary>Its value as written.</summary>
    public string Value { get; } = value;

    /// <summary>What would be right.</summary>
    public string Allowed { get; } = allowed;
}
