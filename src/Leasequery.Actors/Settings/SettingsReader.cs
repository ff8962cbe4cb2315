using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Leasequery.Actors.Settings;

/// <summary>
/// Reads keys of one HOCON object. Whatever is wrong with a value ends as a <see cref="SettingsException"/> that names the
/// key in full, so that the reading code is a list of keys and ranges and nothing else.
/// </summary>
/// <param name="config">The object.</param>
/// <param name="path">Its path, for messages; ends with a dot unless empty.</param>
internal sealed class SettingsReader(Config config, string path)
{
    /// <summary>The key whose value is nobody's business: never shown, wherever it stands.</summary>
    public const string Password = "password";

    private const string Hidden = "\"***\"";

    public IEnumerable<string> Keys => config.Root.GetObject().Items.Keys;

    public bool Has(string key) => config.HasPath(key);

    public bool IsObject(string key) => config.GetValue(key)?.IsObject() ?? false;

    public SettingsReader Object(string key) => new(config.GetConfig(key), $"{path}{key}.");

    public string Text(string key) => Read(key, "a text", value => value.GetString() ?? throw new FormatException());

    public int Number(string key, int least, int most) =>
        Read(key, $"a number from {least} to {most}", value =>
            int.Parse(value.GetString(), NumberStyles.Integer, CultureInfo.InvariantCulture) is var number
            && number >= least && number <= most
                ? number
                : throw new FormatException());

    public bool Switch(string key) => Read(key, "on or off", value => value.GetBoolean());

    public TimeSpan Duration(string key, TimeSpan least, TimeSpan most) =>
        Read(key, $"a time with its unit, from {Text(least)} to {Text(most)}", value =>
            HasUnit(value.GetString()) && value.GetTimeSpan(allowInfinite: false) is var time && time >= least && time <= most
                ? time
                : throw new FormatException());

    public int Bytes(string key, int least, int most) =>
        Read(key, $"a size with its unit, from {least} to {most} bytes", value =>
            value.GetByteSize() is { } size && size >= least && size <= most ? (int)size : throw new FormatException());

    /// <summary>A text that a parser of ours understands.</summary>
    public T Parsed<T>(string key, string allowed, TryParse<T> parse) =>
        Read(key, allowed, value => parse(value.GetString(), out var result) ? result : throw new FormatException());

    /// <summary>A list of texts that a parser of ours understands.</summary>
    public IReadOnlyList<T> ParsedList<T>(string key, string allowed, TryParse<T> parse) =>
        Items(key, "a list").Select((item, index) => item.GetString() is { } text && parse(text, out var result)
            ? result
            : throw new SettingsException($"{path}{key}[{index}]", Shown(item), allowed)).ToArray();

    /// <summary>A list of objects, each with no other keys than the known ones.</summary>
    public IEnumerable<SettingsReader> Objects(string key, params string[] knownKeys)
    {
        var index = 0;
        foreach (var item in Items(key, "a list of { }"))
        {
            var itemPath = $"{path}{key}[{index++}]";
            var unknown = item.GetObject()?.Items.Keys.FirstOrDefault(name => !knownKeys.Contains(name));
            if (!item.IsObject() || unknown is not null)
                throw new SettingsException(itemPath, unknown ?? Shown(item),
                    $"an object with the keys {string.Join(", ", knownKeys)}");
            yield return new SettingsReader(item.ToConfig(), $"{itemPath}.");
        }
    }

    /// <summary>What is wrong with a key, to be thrown where only its context shows it.</summary>
    public SettingsException Refuse(string key, string allowed) => new($"{path}{key}", Shown(key, config.GetValue(key)), allowed);

    private IEnumerable<HoconValue> Items(string key, string allowed) =>
        Read(key, allowed, value => IsList(value) ? ItemsOf(value) : throw new FormatException());

    private T Read<T>(string key, string allowed, Func<HoconValue, T> read)
    {
        var value = config.GetValue(key) ?? throw new SettingsException($"{path}{key}", "(nothing)", allowed);
        try
        {
            return read(value);
        }
        catch (Exception cause) when (cause is not SettingsException)
        {
            throw new SettingsException($"{path}{key}", Shown(key, value), allowed, cause);
        }
    }

    // Akka's own IsArray says no to an empty list, and to it a blank behind the list (before a comment or a brace) is an element.
    private static bool IsList(HoconValue value) => value.Values.Exists(element => element.IsArray())
        && value.Values.TrueForAll(element => element.IsArray() || string.IsNullOrWhiteSpace(element.GetString()));

    // A blank in an empty list, or behind a last comma, is an item without a value to Akka.
    private static IEnumerable<HoconValue> ItemsOf(HoconValue list) => list.GetArray().Where(item => item.Values.Count > 0);

    /// <summary>A value on one line, as its writer would know it again.</summary>
    public static string Shown(HoconValue? value) => value switch
    {
        null => "(nothing)",
        _ when IsList(value) => $"[{string.Join(", ", ItemsOf(value).Select(Shown))}]",
        _ when value.GetObject() is { } section =>
            $"{{ {string.Join(", ", section.Items.Select(item => $"{item.Key} = {Shown(item.Key, item.Value)}"))} }}",
        _ => value.GetString() is { } text ? $"\"{text}\"" : "(nothing)",
    };

    /// <summary>The same for the value of a key, which may be a secret.</summary>
    public static string Shown(string key, HoconValue? value) =>
        key.Contains(Password, StringComparison.OrdinalIgnoreCase) && value is not null ? Hidden : Shown(value);

    // To Akka a bare number is milliseconds, and to whoever writes one seconds. Nothing at all needs no unit.
    private static bool HasUnit(string time) => char.IsAsciiLetter(time.Trim()[^1]) || time.Trim() == "0";

    private static string Text(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1) ? $"{time.TotalMilliseconds} ms"
        : time < TimeSpan.FromMinutes(1) ? $"{time.TotalSeconds} s"
        : time < TimeSpan.FromHours(1) ? $"{time.TotalMinutes} m"
        : $"{time.TotalHours} h";
}

/// <summary>The shape of our parsers.</summary>
internal delegate bool TryParse<T>(string text, out T result);
