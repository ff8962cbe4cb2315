using Akka.Configuration;
using Leasequery.Actors.Settings;

namespace Leasequery.Host.Serving;

/// <summary>Puts a configuration together from a file and from single keys.</summary>
internal static class ConfigurationLoader
{
    /// <summary>The file, with the overrides on top of it. Either may be missing.</summary>
    /// <param name="file">A HOCON file.</param>
    /// <param name="overrides">Each <c>key=value</c>, the value as HOCON.</param>
    /// <exception cref="SettingsException">The file or an override cannot be read.</exception>
    public static Config Load(string? file, IEnumerable<string> overrides)
    {
        var config = file is null ? Config.Empty : LoadFile(file);
        // Each on top of those before it, so that the last word on a key counts.
        return overrides.Aggregate(config, (below, text) => ParseOverride(text).SafeWithFallback(below));
    }

    private static Config LoadFile(string file)
    {
        try
        {
            return Parse(EnvironmentVariables.Replace(File.ReadAllText(file), Environment.GetEnvironmentVariable));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException("--config", file, "a file that can be read", cause);
        }
        catch (Exception cause)
        {
            throw new SettingsException("--config", file, $"HOCON ({FirstLine(cause)})", cause);
        }
    }

    private static Config ParseOverride(string text)
    {
        var separator = text.IndexOf('=');
        var key = separator > 0 ? text[..separator].Trim() : "";
        if (!key.StartsWith("leasequery.", StringComparison.Ordinal) && !key.StartsWith("akka.", StringComparison.Ordinal))
            throw new SettingsException("--set", Shown(text, text),
                "KEY=VALUE with a key of leasequery or akka, such as leasequery.ingress.loops=2");
        var value = text[(separator + 1)..].Trim();
        try
        {
            return Parse($"{key} = {Quoted(value)}");
        }
        catch (Exception cause)
        {
            throw new SettingsException(key, Shown(key, value), $"HOCON ({FirstLine(cause)})", cause);
        }
    }

    private static Config Parse(string text) => HoconBrackets.FindFlaw(text) is { } flaw
        ? throw new FormatException(flaw)
        : ConfigurationFactory.ParseString(text, name => throw new FormatException($"'include \"{name}\"' is not supported"));

    // A shell takes the quotes away that HOCON wants around 10.0.0.1:67 or a path; lists and objects are HOCON already.
    private static string Quoted(string value) =>
        value.StartsWith('[') || value.StartsWith('{') || value.StartsWith('"')
            ? value
            : HoconText.Quote(value);

    private static string Shown(string key, string value) =>
        key.Contains("password", StringComparison.OrdinalIgnoreCase) ? "***" : value;

    private static string FirstLine(Exception cause) => cause.GetBaseException().Message.ReplaceLineEndings("\n").Split('\n')[0];
}
