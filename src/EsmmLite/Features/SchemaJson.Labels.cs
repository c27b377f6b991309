using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Label stages and times.
public static partial class SchemaJson
{
    private static LabelStage ReadLabel(ConfigNode? node)
    {
        if (node is null)
        {
            return new LabelStage { Name = "" };
        }

        string name = node.RequiredText("name");
        return new LabelStage
        {
            Name = name,
            Column = node.Text("column", name),
            In = node.Texts("in"),
            BinariseCounts = node.Choice("counts", false, ("binarise", true)),
            Optional = node.Flag("optional", false),
            TimeColumn = node.OptionalText("timeColumn"),
            Window = ReadLength(node, "window"),
        };
    }

    private static TimeSpan? ReadLength(ConfigNode node, string key)
    {
        if (node.OptionalText(key) is not { } text)
        {
            return null;
        }

        TimeSpan? length = WindowText.Read(text);
        if (length is null)
        {
            node.Fault(key, ErrorText.Quote(text) + " where " + WindowText.Expected + " was expected");
        }

        return length;
    }

    private static ImpressionTime? ReadTime(ConfigNode node)
    {
        return node.Section("time") is { } time
            ? new ImpressionTime
            {
                Column = time.RequiredText("column"),
                Format = time.Choice("format", TimeFormat.Iso, ("iso", TimeFormat.Iso), ("seconds", TimeFormat.Seconds), ("milliseconds", TimeFormat.Milliseconds)),
                Zone = time.OptionalText("zone"),
            }
            : null;
    }
}
