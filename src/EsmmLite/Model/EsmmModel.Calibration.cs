using System.Globalization;
using System.Text;
using System.Text.Json;
using EsmmLite.Calibration;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Persistence;

namespace EsmmLite.Model;

/// <content>Calibration of the logits: docs/calibration.md; its place in the file: docs/file-format.md.</content>
public sealed partial class EsmmModel
{
    /// <summary>The oldest format version whose readers know of calibrations.</summary>
    private const int CalibrationVersion = 2;

    private int _segmentSlot = -1;
    private bool _segmentOfRequest;

    /// <summary>What stands between logits and probabilities wherever the model scores or is evaluated; null for nothing. Not for training.</summary>
    /// <exception cref="EsmmException">Its segments' field is not one of the model's, or has no rows; or the model's pCVR is no tower's alone.</exception>
    public ModelCalibration? Calibration
    {
        get;
        set
        {
            if (value is not null && Head != Head.Product)
            {
                throw new EsmmException(EsmmErrorKind.Usage, $"pCVR of a model of kind {ModelKinds.WordOf(Options.Kind)} is no tower's alone", "calibration", "a model of two towers and their product");
            }

            int slot = value?.SegmentField is { } name ? SegmentSlot(name) : -1;
            foreach (int segment in value is null ? [] : value.Ctr.Segments.Concat(value.Cvr.Segments))
            {
                RequireSegment(value!.SegmentField!, segment);
            }

            _segmentSlot = slot;
            _segmentOfRequest = slot >= 0 && Bottom.Layout.PartOfField(Space.FieldIndex(value!.SegmentField!)) == Part.Request;
            field = value;
        }
    }

    /// <summary>The id slot of a field that can tell segments: one row of a table for each impression.</summary>
    /// <param name="name">The field's name.</param>
    /// <exception cref="EsmmException">There is no such field, or it has no rows, or several for an impression.</exception>
    public int SegmentSlot(string name)
    {
        int field = Space.FieldIndex(name);
        return Space.Encoders[field].Dim > 0 && Space.Encoders[field].IdWidth == 1 && Space.Schema.Fields[field].List is null
            ? Space.SlotOf(field)
            : throw new EsmmException(EsmmErrorKind.Usage, $"field '{name}' can't tell segments", "calibration", "a field of one value with an embedding: hashed, vocabulary or numeric with buckets");
    }

    /// <summary>The segment of an impression.</summary>
    /// <param name="batch">Encoded impressions or candidates.</param>
    /// <param name="row">The impression.</param>
    /// <param name="request">The request's fields where the batch holds candidates; null otherwise.</param>
    internal int SegmentOf(ImpressionBatch batch, int row, ImpressionBatch? request = null) => _segmentSlot < 0 ? 0
        : request is not null && _segmentOfRequest ? request.IdAt(_segmentSlot, 0)
        : batch.IdAt(_segmentSlot, row);

    private void RequireSegment(string name, int segment)
    {
        int rows = Space.Encoders[Space.FieldIndex(name)].Rows;
        if (segment < ImpressionBatch.MissingId || segment >= rows)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"there is a segment {segment}", $"calibration by field '{name}'", $"rows from -1 to {rows - 1}");
        }
    }

    private static string CalibrationJson(ModelCalibration calibration)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("negativeKeep", calibration.NegativeKeep);
            if (calibration.SegmentField is { } field)
            {
                json.WriteString("segment", field);
            }

            json.WriteString("ctr", Word(calibration.Ctr.Method));
            json.WriteString("cvr", Word(calibration.Cvr.Method));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());

        static string Word(CalibrationMethod method) => method switch { CalibrationMethod.Platt => "platt", CalibrationMethod.Isotonic => "isotonic", _ => "none" };
    }

    private static IEnumerable<TensorSource> CalibrationTensors(ModelCalibration calibration)
    {
        foreach ((string task, TaskCalibrator calibrator) in ((string, TaskCalibrator)[])[("ctr", calibration.Ctr), ("cvr", calibration.Cvr)])
        {
            double[] logits = [.. calibrator.Curves.SelectMany(curve => curve.Logits.ToArray())], values = [.. calibrator.Curves.SelectMany(curve => curve.Values.ToArray())];
            long[] starts = new long[calibrator.Curves.Count + 1];
            for (int c = 0; c < calibrator.Curves.Count; c++)
            {
                starts[c + 1] = starts[c] + calibrator.Curves[c].Logits.Length;
            }

            yield return TensorSource.Of(CalibrationName(task, "segments"), [calibrator.Segments.Count], (ReadOnlyMemory<long>)calibrator.Segments.Select(s => (long)s).ToArray());
            yield return TensorSource.Of(CalibrationName(task, "starts"), [starts.Length], (ReadOnlyMemory<long>)starts);
            yield return TensorSource.Of(CalibrationName(task, "slopes"), [calibrator.Curves.Count], (ReadOnlyMemory<double>)calibrator.Curves.Select(curve => curve.Slope).ToArray());
            yield return TensorSource.Of(CalibrationName(task, "logits"), [logits.Length], (ReadOnlyMemory<double>)logits);
            yield return TensorSource.Of(CalibrationName(task, "values"), [values.Length], (ReadOnlyMemory<double>)values);
        }
    }

    /// <summary>The calibration that a file holds; null if it holds none.</summary>
    private static ModelCalibration? ReadCalibration(TensorFile file, HashSet<string> known)
    {
        if (!file.Metadata.TryGetValue("calibration", out string? json))
        {
            return null;
        }

        ConfigNode node = ConfigNode.Parse(json, file.Path + ", calibration", EsmmErrorKind.ModelFile);
        double keep = node.Number("negativeKeep", 1, ModelCalibration.SmallestKeep, 1);
        string? segment = node.OptionalText("segment");
        CalibrationMethod ctr = Method("ctr"), cvr = Method("cvr");
        node.Finish();
        return new ModelCalibration(ReadCalibrator(file, known, "ctr", ctr), ReadCalibrator(file, known, "cvr", cvr), keep, segment);

        CalibrationMethod Method(string key) => node.Choice(key, CalibrationMethod.None, ("none", CalibrationMethod.None), ("platt", CalibrationMethod.Platt), ("isotonic", CalibrationMethod.Isotonic));
    }

    private static TaskCalibrator ReadCalibrator(TensorFile file, HashSet<string> known, string task, CalibrationMethod method)
    {
        known.UnionWith([.. ((string[])["segments", "starts", "slopes", "logits", "values"]).Select(part => CalibrationName(task, part))]);
        long[] segments = Vector<long>(file, CalibrationName(task, "segments"), DType.I64), starts = Vector<long>(file, CalibrationName(task, "starts"), DType.I64);
        double[] slopes = Vector<double>(file, CalibrationName(task, "slopes"), DType.F64);
        double[] logits = Vector<double>(file, CalibrationName(task, "logits"), DType.F64), values = Vector<double>(file, CalibrationName(task, "values"), DType.F64);
        if (starts.Length != segments.Length + 2 || slopes.Length != segments.Length + 1 || values.Length != logits.Length || starts[0] != 0 || starts[^1] != logits.Length)
        {
            throw Bad(file, $"its {task} calibrator has {segments.Length} segments, {starts.Length} starts, {slopes.Length} slopes, {logits.Length} places and {values.Length} values", "a curve for all rows and one for each segment");
        }

        LogitCurve[] curves = new LogitCurve[slopes.Length];
        for (int c = 0; c < curves.Length; c++)
        {
            if (starts[c + 1] <= starts[c] || starts[c + 1] > logits.Length)
            {
                throw Bad(file, $"its {task} calibrator's curve {c} runs from knot {starts[c]} to {starts[c + 1]}", "starts that rise to the number of knots");
            }

            ReadOnlySpan<double> x = logits.AsSpan((int)starts[c]..(int)starts[c + 1]), y = values.AsSpan((int)starts[c]..(int)starts[c + 1]);
            curves[c] = LogitCurve.Fault(x, y, slopes[c]) is { } fault ? throw Bad(file, $"its {task} calibrator's curve {c} is none: {fault}") : new LogitCurve(x, y, slopes[c]);
        }

        Dictionary<int, LogitCurve> own = [];
        for (int s = 0; s < segments.Length; s++)
        {
            if (segments[s] is < int.MinValue or > int.MaxValue || (s > 0 && segments[s] <= segments[s - 1]))
            {
                throw Bad(file, $"its {task} calibrator's segment {s} is {segments[s].ToString(CultureInfo.InvariantCulture)}", "rows in rising order");
            }

            own.Add((int)segments[s], curves[s + 1]);
        }

        return new TaskCalibrator(method, curves[0], own);
    }

    private static string CalibrationName(string task, string part) => $"calibration.{task}.{part}";
}
