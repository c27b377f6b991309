using System.Text.Json;
using EsmmLite.Cli.Terminal;

namespace EsmmLite.Cli.Training;

/// <summary>How fast each part of a run was: what limits it, the text or the engine, can be read off.</summary>
internal sealed class SpeedTable
{
    private readonly List<(string Part, long Impressions, TimeSpan Time)> _parts = [];

    public void Add(string part, long impressions, TimeSpan time) => _parts.Add((part, impressions, time));

    public void Write()
    {
        var table = new TextTable("Speed", "part", "impressions>", "time>", "impressions/s>");
        foreach ((string part, long impressions, TimeSpan time) in _parts)
        {
            table.Add(part, Show.Count(impressions), Show.Duration(time), Rate(impressions, time) is { } rate ? Show.Count(rate) : "n/a");
        }

        table.Write();
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("speed");
        foreach ((string part, long impressions, TimeSpan time) in _parts)
        {
            json.WriteStartObject();
            json.WriteString("part", part);
            json.WriteNumber("impressions", impressions);
            json.WriteNumber("seconds", time.TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Too short a time says nothing.
    private static long? Rate(long impressions, TimeSpan time) => time.TotalMilliseconds < 1 ? null : (long)(impressions / time.TotalSeconds);
}
