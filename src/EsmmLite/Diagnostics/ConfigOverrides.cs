using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EsmmLite.Diagnostics;

/// <summary>
/// Values of a config that are replaced from outside, such as <c>towers.ctr=[256,64]</c>. A path goes through objects by key and
/// through lists by number (<c>fields[3].dim</c>) or by the name of an item (<c>fields.user_id.dim</c>).
/// </summary>
internal static class ConfigOverrides
{
    private const string Origin = "--set ";

    /// <summary>The config with the values replaced.</summary>
    /// <param name="json">A config that was found to be an object.</param>
    /// <param name="overrides">Texts <c>path=value</c>.</param>
    /// <exception cref="EsmmException">A text is no override, or its path leads nowhere.</exception>
    public static string Apply(string json, IReadOnlyList<string> overrides)
    {
        JsonDocumentOptions reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        JsonObject root = JsonNode.Parse(json, null, reading)!.AsObject();
        foreach (string text in overrides)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new EsmmException(EsmmErrorKind.Config, ErrorText.Quote(text) + " is not an override", "--set", "path=value, such as towers.ctr=[256,64]");
            }

            Set(root, Steps(text[..equals]), Value(text[(equals + 1)..]), Origin + text);
        }

        return root.ToJsonString();
    }

    /// <summary>The keys, names and numbers of a path: fields[3].dim has three, and the number keeps its brackets.</summary>
    private static string[] Steps(string path) => path.Replace("[", ".[", StringComparison.Ordinal).Split('.');

    private static void Set(JsonNode at, ReadOnlySpan<string> steps, JsonNode? value, string where)
    {
        if (at is JsonArray list)
        {
            int item = Item(list, ref steps, where);
            if (steps.IsEmpty)
            {
                list[item] = value;
                return;
            }

            Set(Inside(list[item], steps[0], where), steps, value, where);
            return;
        }

        JsonObject parent = at as JsonObject ?? throw NoObject(steps[0], at, where);
        string key = steps[0];
        steps = steps[1..];
        if (steps.IsEmpty)
        {
            parent[key] = value;
            return;
        }

        Set(Inside(parent[key] ?? (parent[key] = new JsonObject()), steps[0], where), steps, value, where);
    }

    /// <summary>The item that the first steps name. A name may hold dots, and then takes several steps.</summary>
    private static int Item(JsonArray list, ref ReadOnlySpan<string> steps, string where)
    {
        string step = steps[0];
        if (step.StartsWith('[') && step.EndsWith(']'))
        {
            if (int.TryParse(step.AsSpan(1, step.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < list.Count)
            {
                steps = steps[1..];
                return index;
            }

            throw new EsmmException(EsmmErrorKind.Config, "there is no item " + step, where, list.Count == 0 ? "no item: the list is empty" : string.Create(CultureInfo.InvariantCulture, $"[0] to [{list.Count - 1}]"));
        }

        string?[] names = [.. list.Select(NameOf)];
        for (int taken = steps.Length; taken > 0; taken--)
        {
            int index = Array.IndexOf(names, string.Join('.', steps[..taken]!));
            if (index >= 0)
            {
                steps = steps[taken..];
                return index;
            }
        }

        string[] known = [.. names.OfType<string>()];
        string? near = ErrorText.Nearest(step, known);
        throw new EsmmException(EsmmErrorKind.Config, "the list has no item named " + ErrorText.Quote(step), where,
            known.Length == 0 ? "the number of an item, such as [0]" : "the number of an item, such as [0], or one of " + ErrorText.List(known), near is null ? null : "Did you mean \"" + near + "\"?");
    }

    private static string? NameOf(JsonNode? item) => item is JsonObject named && named["name"] is JsonValue name && name.TryGetValue(out string? text) ? text : null;

    private static JsonNode Inside(JsonNode? node, string step, string where) => node is JsonObject or JsonArray ? node : throw NoObject(step, node, where);

    private static EsmmException NoObject(string step, JsonNode? found, string where) =>
        new(EsmmErrorKind.Config, "there is no " + ErrorText.Quote(step) + " in " + (found?.ToJsonString() ?? "null"), where, "a path through objects and lists, such as training.batch, fields[3].dim or fields.user_id.dim");

    // A value that is no JSON is a text: --set training.earlyStopping.metric=ctr.auc needs no quotes.
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
