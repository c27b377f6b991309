using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TorchSharp;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Writes a golden case as JSON; README.md describes the layout.</summary>
/// <remarks>
/// Values of single rows are written with all their digits. Whole tensors are cut to what a comparison with a float32 engine can
/// tell apart, with orders of magnitude to spare, which keeps the files small.
/// </remarks>
internal static class GoldenFile
{
    private const string RowDigits = "R";
    private const string GradientDigits = "G9";
    private const string WeightDigits = "G8";
    private const string MomentDigits = "G7";

    /// <summary>Writes the file and returns its length in bytes.</summary>
    public static long Write(GoldenCase golden, string path)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, IndentSize = 1, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("format", "esmm-golden/1");
            json.WriteString("name", golden.Spec.Name);
            json.WriteString("reference", "TorchSharp 0.107.0 (libtorch 2.10.0), float64");
            WriteSchema(json, golden.Spec);
            WriteBatch(json, golden.Batch);
            WriteTensors(json, "initial", golden.Initial.Select(tensor => (tensor.Name, tensor.Shape, Format(tensor.Values))));
            WriteForward(json, golden);
            WriteTensors(json, "gradients", golden.Model.Parameters.Select(
                parameter => (parameter.Name, parameter.Shape, Format(parameter.Export(parameter.Value.grad!), GradientDigits))));
            WriteTraining(json, golden);
            json.WriteEndObject();
        }

        using FileStream file = File.Create(path);
        file.Write(buffer.WrittenSpan);
        file.WriteByte((byte)'\n');
        return file.Length;
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

    private static void WriteTensors(Utf8JsonWriter json, string name, IEnumerable<(string Name, int[] Shape, string Values)> tensors)
    {
        json.WriteStartObject(name);
        foreach (var (tensor, shape, values) in tensors)
        {
            json.WriteStartObject(tensor);
            WriteRaw(json, "shape", Format(shape));
            WriteRaw(json, "values", values);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Number arrays are written raw, on one line: the indenting writer would give each number a line.</summary>
    private static void WriteRaw(Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }

    private static void WriteRaws(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteRawValue(value);
        }

        json.WriteEndArray();
    }

    private static string Format(IEnumerable<int> values) => $"[{string.Join(',', values)}]";

    /// <summary>The shortest text that reads back as the same float; it must also survive a reader that goes through double.</summary>
    private static string Format(float[] values) => $"[{string.Join(',', values.Select(value =>
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return (float)double.Parse(text, CultureInfo.InvariantCulture) == value
            ? text
            : throw new InvalidOperationException($"{text} does not read back through double.");
    }))}]";

    private static string Format(double[] values, string format) => $"[{string.Join(',', values.Select(value =>
        value == 0 ? "0" : value.ToString(format, CultureInfo.InvariantCulture)))}]";
}
