using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Features;

namespace EsmmLite.Training;

/// <summary>Row weights from an item's own past: docs/family/weights.md.</summary>
public sealed record HistoryOptions
{
    /// <summary>The field whose values are the items; it needs an embedding.</summary>
    public required string Field { get; init; }

    /// <summary>How far back the past goes.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How much of the latest past is left out, because its labels may not have been known.</summary>
    public TimeSpan Lag { get; init; } = TimeSpan.Zero;

    /// <summary>As many impressions, or clicks, at the average rate are added to an item's own.</summary>
    public double Smoothing { get; init; } = 100;

    /// <summary>The exponent of an item's rate over the average.</summary>
    public double Power { get; init; } = 1;

    /// <summary>The least weight.</summary>
    public double Least { get; init; } = 0.2;

    /// <summary>The largest weight.</summary>
    public double Most { get; init; } = 5;

    internal static HistoryOptions? Read(ConfigNode? node)
    {
        if (node is null)
        {
            return null;
        }

        HistoryOptions d = new() { Field = "" };
        return new HistoryOptions
        {
            Field = node.RequiredText("field"),
            Window = ReadTime(node, "window") ?? d.Window,
            Lag = ReadTime(node, "lag") ?? d.Lag,
            Smoothing = node.Number("smoothing", d.Smoothing, 0, 1e9),
            Power = node.Number("power", d.Power, -10, 10),
            Least = node.Number("least", d.Least, 1e-6, 1),
            Most = node.Number("most", d.Most, 1, 1e6),
        };
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("history");
        json.WriteString("field", Field);
        json.WriteString("window", WindowText.Write(Window));
        if (Lag > TimeSpan.Zero)
        {
            json.WriteString("lag", WindowText.Write(Lag));
        }

        json.WriteNumberOrText("smoothing", Smoothing);
        json.WriteNumberOrText("power", Power);
        json.WriteNumberOrText("least", Least);
        json.WriteNumberOrText("most", Most);
        json.WriteEndObject();
    }

    private static TimeSpan? ReadTime(ConfigNode node, string key)
    {
        if (node.OptionalText(key) is not { } text)
        {
            return null;
        }

        TimeSpan? time = WindowText.Read(text);
        if (time is null)
        {
            node.Fault(key, ErrorText.Quote(text) + " where " + WindowText.Expected + " was expected");
        }

        return time;
    }
}
