using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>How golden files are written: tensors, arrays on one line, digits.</summary>
/// <remarks>
/// Values of single rows are written with all their digits. Whole tensors are cut to what a comparison with a float32 engine can
/// tell apart, with orders of magnitude to spare, which keeps the files small.
/// </remarks>
internal static class GoldenJson
{
    /// <summary>What computed the numbers.</summary>
    public const string Reference = "TorchSharp 0.107.0 (libtorch 2.10.0), float64";

    /// <summary>All digits of values of single rows.</summary>
    public const string RowDigits = "R";

    /// <summary>Digits of gradients.</summary>
    public const string GradientDigits = "G9";

    /// <summary>Digits of trained weights.</summary>
    public const string WeightDigits = "G8";

    /// <summary>Digits of moments.</summary>
    public const string MomentDigits = "G7";

    /// <summary>Writes a file of one object and returns its length in bytes.</summary>
    public static long Write(string path, Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, IndentSize = 1, NewLine = "\n" }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        using FileStream file = File.Create(path);
        file.Write(buffer.WrittenSpan);
        file.WriteByte((byte)'\n');
        return file.Length;
    }

    /// <summary>An object of tensors, each with its shape and values.</summary>
    public static void WriteTensors(Utf8JsonWriter json, string name, IEnumerable<(string Name, int[] Shape, string Values)> tensors)
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
    public static void WriteRaw(Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }

    /// <summary>An array of number arrays.</summary>
    public static void WriteRaws(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteRawValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Whole numbers.</summary>
    public static string Format(IEnumerable<int> values) => $"[{string.Join(',', values)}]";

    /// <summary>The shortest text that reads back as the same float; it must also survive a reader that goes through double.</summary>
    public static string Format(float[] values) => $"[{string.Join(',', values.Select(value =>
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return (float)double.Parse(text, CultureInfo.InvariantCulture) == value
            ? text
            : throw new InvalidOperationException($"{text} does not read back through double.");
    }))}]";

    /// <summary>Doubles with some digits.</summary>
    public static string Format(double[] values, string format) => $"[{string.Join(',', values.Select(value =>
        value == 0 ? "0" : value.ToString(format, CultureInfo.InvariantCulture)))}]";
}
