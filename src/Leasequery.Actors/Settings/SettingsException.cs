namespace Leasequery.Actors.Settings;

/// <summary>
/// A setting that the service cannot run with. Its message is one line for the person who wrote the setting: the key, its
/// value, and what is allowed.
/// </summary>
/// <param name="key">The full path of the key.</param>
/// <param name="value">Its value as written.</param>
/// <param name="allowed">What would be right.</param>
/// <param name="cause">What the machine said.</param>
public sealed class SettingsException(string key, string value, string allowed, Exception? cause = null)
    : Exception($"{key} = {value}: {allowed}", cause)
{
    /// <summary>The full path of the key.</summary>
    public string Key { get; } = key;

    /// <summary>Its value as written.</summary>
    public string Value { get; } = value;

    /// <summary>What would be right.</summary>
    public string Allowed { get; } = allowed;

    /// <summary>
    /// True when the text of the configuration may be right, and what it needs of the machine or the network is not there: a name
    /// that is not known yet, an address that comes later, a port that somebody still has, a disk that is full. Trying again may
    /// do then; a text that is wrong stays wrong.
    /// </summary>
    public bool MayPass { get; init; }
}
