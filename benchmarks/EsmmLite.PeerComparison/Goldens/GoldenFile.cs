using System.Text.Json;
using TorchSharp;
using static EsmmLite.PeerComparison.Goldens.GoldenJson;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Writes a golden case as JSON; README.md describes the layout.</summary>
internal static class GoldenFile
{
    /// <summary>Writes the file and returns its length in bytes.</summary>
    public static long Write(GoldenCase golden, string path)
    {
        return GoldenJson.Write(path, json =>
        {
            json.WriteString("format", "esmm-golden/1");
            json.WriteString("name", golden.Spec.Name);
            json.WriteString("reference", Reference);
            WriteSchema(json, golden.Spec);
            WriteBatch(json, golden.Batch);
            WriteTensors(json, "initial", golden.Initial.Select(tensor => (tensor.Name, tensor.Shape, Format(tensor.Values))));
            WriteForward(json, golden);
            WriteTensors(json, "gradients", golden.Model.Parameters.Select(
                parameter => (parameter.Name, parameter.Shape, Format(parameter.Export(parameter.Value.grad!), GradientDigits))));
            WriteTraining(json, golden);
        });
    }

    private static void WriteSchema(Utf8JsonWriter json, GoldenSpec spec)
    {
        json.WriteStartObject("schema");
        json.WriteStartArray("fields");
        foreach (GoldenField field in spec.Fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("kind", field.IsCategorical ? "hashed" : "numeric");
            json.WriteNumber("rows", field.Rows);
            json.WriteNumber("dim", field.Dim);
            json.WriteString("side", field.Candidate ? "candidate" : "request");
            json.WriteBoolean("separate", field.Separate);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("crosses");
        foreach (GoldenCross cross in spec.Crosses)
        {
            json.WriteStartObject();
            json.WriteString("first", cross.First);
            json.WriteString("second", cross.Second);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("inputLayout");
        foreach (InputPart part in InputLayout.Of(spec))
        {
            json.WriteStartObject();
            json.WriteString("part", part.Name);
            json.WriteString("group", part.Group);
            json.WriteNumber("offset", part.Offset);
            json.WriteNumber("width", part.Width);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("towers");
        WriteRaw(json, "ctr", Format(spec.CtrTower));
        WriteRaw(json, "cvr", Format(spec.CvrTower));
        json.WriteEndObject();
        json.WriteStartObject("taskWeights");
        json.WriteNumber("ctr", spec.CtrWeight);
        json.WriteNumber("ctcvr", spec.CtcvrWeight);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteBatch(Utf8JsonWriter json, GoldenBatch batch)
    {
        json.WriteStartObject("batch");
        json.WriteNumber("rows", batch.Rows);
        WriteRaws(json, "ids", batch.Ids.Select(column => Format(column)));
        WriteRaws(json, "numbers", batch.Numbers.Select(Format));
        WriteRaw(json, "click", Format(batch.Click));
        WriteRaw(json, "conversion", Format(batch.Conversion));
        json.WriteEndObject();
    }

    private static void WriteForward(Utf8JsonWriter json, GoldenCase golden)
    {
        TorchForward forward = golden.Forward;
        json.WriteStartObject("forward");
        WriteRaw(json, "a", Full(forward.A));
        WriteRaw(json, "b", Full(forward.B));
        WriteRaw(json, "pCtr", Full(forward.PCtr));
        WriteRaw(json, "pCvr", Full(forward.PCvr));
        WriteRaw(json, "pCtcvr", Full(forward.PCtcvr));
        json.WriteEndObject();
        json.WriteStartObject("losses");
        json.WriteNumber("ctr", forward.Ctr.ToDouble());
        json.WriteNumber("ctcvr", forward.Ctcvr.ToDouble());
        json.WriteNumber("total", forward.Total.ToDouble());
        json.WriteEndObject();
        json.WriteStartObject("logitGradients");
        WriteRaw(json, "a", Full(forward.A.grad!));
        WriteRaw(json, "b", Full(forward.B.grad!));
        json.WriteEndObject();

        static string Full(torch.Tensor values) => Format(values.detach().data<double>().ToArray(), RowDigits);
    }

    private static void WriteTraining(Utf8JsonWriter json, GoldenCase golden)
    {
        json.WriteStartObject("training");
        json.WriteNumber("learningRate", AdamSettings.LearningRate);
        json.WriteNumber("beta1", AdamSettings.Beta1);
        json.WriteNumber("beta2", AdamSettings.Beta2);
        json.WriteNumber("epsilon", AdamSettings.Epsilon);
        WriteRaws(json, "steps", TrainingRun.Schedule(golden.Spec.Rows).Select(range => Format([range.Start, range.End])));
        json.WriteStartObject("denseAdam");
        WriteTensors(json, "weights", Weights(golden.Dense));
        json.WriteEndObject();
        json.WriteStartObject("lazyAdam");
        WriteTensors(json, "weights", Weights(golden.Lazy));
        WriteTensors(json, "firstMoments", Moments(golden.Lazy, optimizer => optimizer.First));
        WriteTensors(json, "secondMoments", Moments(golden.Lazy, optimizer => optimizer.Second));
        json.WriteEndObject();
        json.WriteStartObject("sparseAdam");
        WriteTensors(json, "weights", Weights(golden.Sparse));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static IEnumerable<(string, int[], string)> Weights(TrainingRun run) => run.Model.Parameters.Select(
        parameter => (parameter.Name, parameter.Shape, Format(parameter.Export(parameter.Value), WeightDigits)));

    private static IEnumerable<(string, int[], string)> Moments(TrainingRun run, Func<RowAdam, torch.Tensor> moment) =>
        run.Model.Parameters.Zip(run.Optimizers, (parameter, optimizer) =>
            (parameter.Name, parameter.Shape, Format(parameter.Export(moment(optimizer)), MomentDigits)));
}
