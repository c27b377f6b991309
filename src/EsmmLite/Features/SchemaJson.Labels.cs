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
            Window = ReadWindow(node),
        };
    }

    private static TimeSpan? ReadWindow(ConfigNode node)
    {
        if (node.OptionalText("window") is not { } text)
        {
            return null;
        }

        TimeSpan? window = WindowText.Read(text);
        if (window is null)
        {
            node.Fault("window", ErrorText.Quote(text) + " where " + WindowText.Expected + " was expected");
        }

        return window;
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
