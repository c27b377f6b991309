using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Drafting;

/// <summary>The texts that mean "not known": the empty one, and those that were found.</summary>
internal static class MissingChoice
{
    public static Explained<IReadOnlyList<string>> Of(LogProfile log)
    {
        (string Text, long Rows)[] found = [.. log.Columns.SelectMany(column => column.MissingTexts).GroupBy(pair => pair.Key, pair => pair.Value)
            .Select(group => (group.Key, group.Sum())).OrderByDescending(pair => pair.Item2).ThenBy(pair => pair.Key, StringComparer.Ordinal)];
        string[] texts = ["", .. found.Select(pair => pair.Text).Where(text => text.Length > 0)];
        return new(texts, found.Length == 0 ? "no value is missing"
            : string.Join(", ", found.Select(pair => (pair.Text.Length == 0 ? "the empty text" : "\"" + pair.Text + "\"") + " (" + Say.Count(pair.Rows) + ")")));
    }
}
