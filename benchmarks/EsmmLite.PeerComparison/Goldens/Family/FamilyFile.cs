using System.Text.Json;
using TorchSharp;
using static EsmmLite.PeerComparison.Goldens.GoldenJson;

namespace EsmmLite.PeerComparison.Goldens.Family;

/// <summary>Writes a case as JSON; README.md describes the layout.</summary>
internal static class FamilyFile
{
    /// <summary>Writes the file and returns its length in bytes.</summary>
    public static long Write(FamilyCase golden, IReadOnlyList<(OptimizerRun Run, FamilyWeights Weights)> runs, string path) => GoldenJson.Write(path, json =>
    {
        json.WriteString("format", "esmm-family-golden/1");
        json.WriteString("name", golden.Network.Name);
        json.WriteString("reference", Reference);
        WriteRaw(json, "config", golden.Network.Config);
        json.WriteStartArray("labels");
        golden.Network.Labels.ToList().ForEach(json.WriteStringValue);
        json.WriteEndArray();
        json.WriteBoolean("sequences", golden.Network.Sequences);
        json.WriteStartObject("batch");
        WriteRaws(json, "ids", golden.Batch.Ids.Select(column => Format(column)));
        WriteRaw(json, "numbers", Format(golden.Batch.Numbers));
        WriteRaws(json, "labels", golden.Batch.Labels.Select(column => Format(column)));
        json.WriteEndObject();
        WriteTensors(json, "initial", golden.Weights.Initial.Select(tensor => (tensor.Name, tensor.Shape, Format(tensor.Values))));
        WriteRaws(json, "logits", golden.Logits.Select(logits => Format(FamilyCase.Values(logits), RowDigits)));
        WriteLosses(json, golden);
        WriteTensors(json, "gradients", Tensors(golden.Weights, parameter => parameter.grad!, GradientDigits));
        WriteTraining(json, golden, runs);
    });

    private static void WriteLosses(Utf8JsonWriter json, FamilyCase golden)
    {
        json.WriteStartArray("losses");
        foreach (var (loss, (name, weight)) in golden.Losses.Zip(golden.Network.LossWeights))
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("weight", weight);
            json.WriteNumber("value", loss.ToDouble());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("total", golden.Total.ToDouble());
    }

    private static void WriteTraining(Utf8JsonWriter json, FamilyCase golden, IReadOnlyList<(OptimizerRun Run, FamilyWeights Weights)> runs)
    {
        if (runs.Count == 0)
        {
            return;
        }

        json.WriteStartObject("training");
        WriteRaws(json, "steps", TrainingRun.Schedule(golden.Batch.Rows).Select(range => Format([range.Start, range.End])));
        foreach (var (run, weights) in runs)
        {
            json.WriteStartObject(run.Name);
            foreach (var (setting, value) in run.Settings)
            {
                json.WriteNumber(setting, value);
            }

            WriteTensors(json, "weights", Tensors(weights, parameter => parameter, WeightDigits));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static IEnumerable<(string, int[], string)> Tensors(FamilyWeights weights, Func<torch.Tensor, torch.Tensor> value, string digits) =>
        weights.Initial.Zip(weights.Parameters, (initial, parameter) => (initial.Name, initial.Shape, Format(FamilyCase.Values(value(parameter)), digits)));
}
