using System.Text.Json;

namespace EsmmLite.PeerComparison.Speed.Measuring;

/// <summary>One contestant at one task in one round.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Contestant">The contestant's id.</param>
/// <param name="Calls">Calls measured, by all callers.</param>
/// <param name="Mean">Wall time over calls, in seconds: with two callers half of what one call takes.</param>
/// <param name="Median">Median time of a call, in seconds.</param>
/// <param name="P99">The time that 99 of 100 calls stay below, in seconds.</param>
/// <param name="BytesPerCall">Managed bytes allocated a call, on all threads.</param>
/// <param name="Counters">Counts that the work kept.</param>
internal sealed record Measurement(
    string Task, string Contestant, long Calls, double Mean, double Median, double P99, double BytesPerCall, IReadOnlyDictionary<string, double> Counters)
{
    private static readonly JsonSerializerOptions s_line = new();

    /// <summary>One line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, s_line);

    /// <summary>Reads a line; null for a line that is something else.</summary>
    public static Measurement? FromLine(string line) =>
        line.StartsWith('{') ? JsonSerializer.Deserialize<Measurement>(line, s_line) : null;
}
