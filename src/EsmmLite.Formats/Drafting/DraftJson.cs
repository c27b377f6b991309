using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using EsmmLite.Features;
using EsmmLite.Formats.Profiling;
using EsmmLite.Training;

namespace EsmmLite.Formats.Drafting;

/// <summary>Writes a draft as the samples are written: an object a line, keys that say what differs from the default.</summary>
internal static class DraftJson
{
    public static string Write(ConfigDraft draft, string? schema)
    {
        var text = new StringBuilder("{\n");
        if (schema is not null)
        {
            text.Append("  \"$schema\": ").Append(Text(schema)).Append(",\n");
        }

        Lines(text, "why", Summary(draft).Select(Text));
        Lines(text, "fields", draft.Columns.Where(choice => choice.Field is not null).Select(choice => OneLine(Keys(choice.Field!), choice.Why)));
        text.Append("  \"crosses\": [],\n");
        Lines(text, "labels", draft.Log.Labels.Select((label, stage) => OneLine(Keys(label), Rate(draft.Log, stage))));
        text.Append("  \"conversionWithoutClick\": ").Append(Text(draft.ConversionWithoutClick.Value == ConversionWithoutClick.Drop ? "drop" : "as_negative")).Append(",\n");
        text.Append("  \"missing\": ").Append(Texts(draft.Missing.Value)).Append(",\n");
        if (draft.Log.Options.Group is { } group)
        {
            text.Append("  \"group\": ").Append(Text(group)).Append(",\n");
        }

        if (draft.Time is { } time)
        {
            Line(text, "time", Keys(time.Value), time.Why);
        }

        Line(text, "towers", [("ctr", Numbers(draft.CtrTower.Value)), ("cvr", Numbers(draft.CvrTower.Value))], "CTR: " + draft.CtrTower.Why + "; CVR: " + draft.CvrTower.Why);
        Line(text, "initialiser", [("embedding", Text("uniform"))], "small vectors begin small");
        text.Append("  \"loss\": {\"ctr\": 1, \"ctcvr\": 1},\n");
        text.Append("  \"training\": ").Append(OneLine(Keys(draft.Training.Value), draft.Training.Why)).Append("\n}\n");
        return text.ToString();
    }

    private static IEnumerable<string> Summary(ConfigDraft draft)
    {
        LogProfile log = draft.Log;
        yield return "Written by 'esmm init' after a look at " + (log.IsWhole ? "all " : "the first ") + Say.Count(log.Rows) + " rows of " + string.Join(", ", log.Files.Select(Path.GetFileName)) + ". Every choice may be changed; its reason stands beside it.";
        yield return log.Options.Group is { } group
            ? "Rows of one " + group + " share an answer and are not split: " + Say.Number(log.RowsOfGroup) + " rows each in the mean. Fields with one value in each group are of the request."
            : "No group was named: every field is taken for the candidate's. Name the column of the request (--group) if there is one, hold out by it, and see which fields are the request's.";
        yield return "Missing values: " + draft.Missing.Why + ".";
        yield return "conversionWithoutClick: " + draft.ConversionWithoutClick.Why + ".";
        foreach (ColumnChoice choice in draft.Columns.Where(choice => choice is { Field: null, Kind: not "label" }))
        {
            yield return "Left out: " + (choice.Column.Name.Length == 0 ? "a column without a name" : choice.Column.Name) + " (" + choice.Kind + "): " + choice.Why + ".";
        }

        foreach (string name in log.RepeatedNames)
        {
            yield return "Left out: " + name + ": its name occurs more than once.";
        }
    }

    private static string Rate(LogProfile log, int stage) => stage == 0
        ? Say.Count(log.Clicks) + " of " + Say.Count(log.Rows) + " rows (" + Say.Share(log.Clicks / (double)log.Rows) + ")"
        : Say.Count(log.Conversions) + " of the clicked rows" + (log.Clicks == 0 ? "" : " (" + Say.Share(log.Conversions / (double)log.Clicks) + ")");

    private static List<(string, string)> Keys(Field field)
    {
        List<(string, string)> keys = [("name", Text(field.Name)), ("kind", Text(field switch { HashedField => "hashed", VocabularyField => "vocabulary", _ => "numeric" }))];
        switch (field)
        {
            case HashedField hashed:
                keys.AddRange([("buckets", Number(hashed.Buckets)), ("dim", Number(hashed.Dim))]);
                AddFlag(keys, "integer", hashed.Integer);
                break;
            case VocabularyField vocabulary:
                keys.AddRange([("dim", Number(vocabulary.Dim)), ("minCount", Number(vocabulary.MinCount))]);
                AddFlag(keys, "integer", vocabulary.Integer);
                break;
            case NumericField { Buckets: { } buckets } number:
                keys.AddRange([("buckets", Number(buckets)), ("dim", Number(number.Dim))]);
                break;
            case NumericField number:
                if (number.ClipLow is not null || number.ClipHigh is not null)
                {
                    keys.Add(("clip", "[" + End(number.ClipLow) + ", " + End(number.ClipHigh) + "]"));
                }

                AddFlag(keys, "log", number.Log);
                AddFlag(keys, "missingIndicator", number.MissingIndicator);
                break;
        }

        keys.Add(("side", Text(field.Side == Side.Request ? "request" : "candidate")));
        return keys;
    }

    private static List<(string, string)> Keys(ImpressionTime time)
    {
        List<(string, string)> keys = [("column", Text(time.Column)), ("format", Text(time.Format.ToString().ToLowerInvariant()))];
        if (time.Zone is { } zone)
        {
            keys.Add(("zone", Text(zone)));
        }

        return keys;
    }

    private static List<(string, string)> Keys(LabelStage label)
    {
        List<(string, string)> keys = [("name", Text(label.Name)), ("column", Text(label.Column))];
        if (label.In is not null)
        {
            keys.Add(("in", Texts(label.In)));
        }

        if (label.BinariseCounts)
        {
            keys.Add(("counts", Text("binarise")));
        }

        return keys;
    }

    private static List<(string, string)> Keys(TrainingOptions training)
        =>
        [
            ("learningRate", Number(training.LearningRate)), ("batch", Number(training.Batch)), ("epochs", Number(training.Epochs)), ("seed", Number(training.Seed)),
            ("earlyStopping", OneLine([("metric", Text(training.EarlyStopping!.Metric)), ("patience", Number(training.EarlyStopping.Patience))], null)),
        ];

    private static void AddFlag(List<(string, string)> keys, string name, bool value)
    {
        if (value)
        {
            keys.Add((name, "true"));
        }
    }

    private static void Line(StringBuilder text, string name, List<(string, string)> keys, string why) => text.Append("  ").Append(Text(name)).Append(": ").Append(OneLine(keys, why)).Append(",\n");

    private static void Lines(StringBuilder text, string name, IEnumerable<string> items) => text.Append("  ").Append(Text(name)).Append(": [\n    ").AppendJoin(",\n    ", items).Append("\n  ],\n");

    private static string OneLine(List<(string Name, string Value)> keys, string? why)
        => "{" + string.Join(", ", keys.Select(key => Text(key.Name) + ": " + key.Value)) + (why is null ? "" : ", \"why\": " + Text(why)) + "}";

    private static string Texts(IEnumerable<string> texts) => "[" + string.Join(", ", texts.Select(Text)) + "]";

    private static string Numbers(IEnumerable<int> numbers) => "[" + string.Join(", ", numbers) + "]";

    private static string Text(string text) => "\"" + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text) + "\"";

    private static string End(double? number) => number is { } end ? Number(end) : "null";

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
