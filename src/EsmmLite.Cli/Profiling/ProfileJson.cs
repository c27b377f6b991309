using System.Text;
using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Kernels;
using EsmmLite.Memory;

namespace EsmmLite.Cli.Profiling;

/// <summary>A profile as one JSON object.</summary>
internal static class ProfileJson
{
    public static string Write(StepProfile profile)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("config", profile.Plan.ConfigPath);
            json.WriteString("ids", profile.Plan.Source);
            json.WriteNumber("batch", profile.Plan.Batch);
            json.WriteNumber("threads", profile.Plan.Threads);
            json.WriteNumber("vectorBits", VectorWidth.Bits);
            json.WriteNumber("warmUpSteps", profile.WarmUpSteps);
            json.WriteNumber("steps", profile.Steps);
            json.WriteNumber("millisecondsPerStep", profile.StepMilliseconds);
            json.WriteNumber("medianMilliseconds", profile.MedianMilliseconds);
            json.WriteNumber("fastestMilliseconds", profile.FastestMilliseconds);
            json.WriteNumber("impressionsPerSecond", profile.ImpressionsPerSecond);
            json.WriteNumber("rowsTouchedPerStep", profile.RowsTouched);
            json.WriteNumber("rowBytesPerStep", profile.RowBytes);
            json.WriteNumber("fmaPeakGflops", profile.PeakFlops / 1e9);
            json.WriteNumber("stepGflops", profile.StepRate / 1e9);
            json.WriteBoolean("byDistinctRow", profile.ByDistinctRow);
            json.WriteStartArray("pieces");
            foreach (ProfiledPiece piece in profile.Pieces)
            {
                WritePiece(json, profile, piece);
            }

            json.WriteEndArray();
            json.WriteNumber("waitingMilliseconds", profile.WaitingMilliseconds);
            WriteMemory(json, profile);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WritePiece(Utf8JsonWriter json, StepProfile profile, ProfiledPiece piece)
    {
        json.WriteStartObject();
        json.WriteString("layer", piece.Layer);
        json.WriteString("pass", NameOf(piece.Pass));
        json.WriteNumber("milliseconds", piece.Milliseconds);
        json.WriteNumber("share", piece.Milliseconds / profile.StepMilliseconds);
        MatrixWork? work = profile.Work.FirstOrDefault(w => w.Layer == piece.Layer && MatrixWork.Passes.Contains(piece.Pass));
        if (work is not null && profile.Rate(work, piece.Pass) is { } rate)
        {
            json.WriteNumber("gflops", rate / 1e9);
            json.WriteNumber("shareOfPeak", rate / profile.PeakFlops);
        }

        json.WriteEndObject();
    }

    private static string NameOf(StepPass pass) => pass switch
    {
        StepPass.Forward => "forward",
        StepPass.Loss => "loss",
        StepPass.BackwardInput => "dInput",
        StepPass.BackwardWeight => "dWeight",
        _ => "update",
    };

    private static void WriteMemory(Utf8JsonWriter json, StepProfile profile)
    {
        json.WriteStartObject("memory");
        json.WriteNumber("tableWeights", profile.TableWeights);
        foreach ((string name, IReadOnlyList<MemoryPart> parts) in (ReadOnlySpan<(string, IReadOnlyList<MemoryPart>)>)[("training", profile.TrainingMemory), ("scoring", profile.ScoringMemory)])
        {
            json.WriteStartObject(name);
            foreach (MemoryPart part in parts)
            {
                json.WriteNumber(part.Kind, part.Bytes);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
