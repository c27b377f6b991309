using System.Text.Json;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

// Fields of several values.
public static partial class SchemaJson
{
    private static ListOptions? ReadList(ConfigNode field)
    {
        if (field.Section("list") is not { } node)
        {
            return null;
        }

        var defaults = new ListOptions();
        return new ListOptions
        {
            Separator = node.Text("separator", defaults.Separator),
            WeightSeparator = node.OptionalText("weights"),
            Pooling = node.Choice("pooling", defaults.Pooling, ("mean", Pooling.Mean), ("sum", Pooling.Sum), ("sqrtn", Pooling.SquareRoot)),
            MaxValues = node.Integer("maxValues", defaults.MaxValues, 1, ListOptions.MostValues),
            Keep = node.Choice("keep", defaults.Keep, ("first", ListEnd.First), ("last", ListEnd.Last)),
        };
    }

    private static void WriteList(Utf8JsonWriter writer, ListOptions list)
    {
        writer.WriteStartObject("list");
        writer.WriteString("separator", list.Separator);
        WriteIfAny(writer, "weights", list.WeightSeparator);
        writer.WriteString("pooling", list.Pooling switch { Pooling.Sum => "sum", Pooling.SquareRoot => "sqrtn", _ => "mean" });
        writer.WriteNumber("maxValues", list.MaxValues);
        writer.WriteString("keep", list.Keep == ListEnd.Last ? "last" : "first");
        writer.WriteEndObject();
    }
}
