using System.Text.Encodings.Web;
using System.Text.Json;

namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>The report as programs read it: every round of every figure.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_form = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it.</summary>
    public static string Write(SpeedOptions options, Versions versions, Results results) => JsonSerializer.Serialize(
        new
        {
            Format = "esmm-speed/1",
            options.Quick,
            results.Rounds,
            SecondsPerFigure = options.Seconds,
            Versions = versions.Lines.ToDictionary(line => line.Name, line => line.Value),
            SecondTorchSharp = options.TorchEnvironment.Count > 0 ? options.TorchLabel : null,
            Aims = Summary.WithAims(results)
                .Select(one => new { Task = one.Task.Id, Contestant = one.Ours, one.Comparison.Against, one.Comparison.Aim, one.Comparison.AtMost, one.Comparison.Ratio, one.Comparison.Reached }),
            Tasks = results.Tasks.Select(task => new
            {
                task.Id,
                task.Title,
                Unit = Figures.Name(task.Unit),
                task.Threads,
                WorkPerCall = task.Work,
                FlopsPerCall = task.Flops,
                Contestants = results.Ids(task.Id).Select(id => new
                {
                    Id = id,
                    Label = results.Label(id),
                    UnitsOfWorkPerSecond = results.Speeds(task.Id, id),
                    ShareOfPeak = results.ShareOfPeak(task.Id, id),
                    Rounds = results.Of(task.Id, id).Select(one => new { one.Calls, one.Mean, one.Median, one.P99, one.BytesPerCall, one.Counters }),
                }),
            }),
        },
        s_form) + "\n";
}
