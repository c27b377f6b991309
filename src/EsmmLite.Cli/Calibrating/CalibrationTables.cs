using System.Globalization;
using System.Text;
using EsmmLite.Calibration;
using EsmmLite.Cli.Terminal;
using EsmmLite.Diagnostics;
using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Calibrating;

/// <summary>What a calibration came to: its curves, and PCOC before and after by segment.</summary>
internal static class CalibrationTables
{
    private const int MostSegments = 20;

    public static void Write(EsmmModel model, CalibrationOptions plan, CalibrationRows fit, IReadOnlyList<SegmentPcoc> figures, bool isChecked, bool again)
    {
        ModelCalibration calibration = model.Calibration!;
        new TextTable("Fit", "curve", "rows", "positives>", "method", "segments of their own>", "curve of the others")
            .Add("CTR", Show.Count(fit.Count) + " impressions", Show.Count(fit.Clicks), Method(calibration.Ctr, plan), Show.Count(calibration.Ctr.Segments.Count), Curve(calibration.Ctr))
            .Add("CVR", Show.Count(fit.Clicks) + " clicked ones", Show.Count(fit.Conversions), Method(calibration.Cvr, plan), Show.Count(calibration.Cvr.Segments.Count), Curve(calibration.Cvr)).Write();
        if (again)
        {
            Console.Out.WriteLine("The model's earlier calibration was replaced.");
        }

        if (plan.NegativeKeep < 1)
        {
            Console.Out.WriteLine("pCTR is corrected for " + plan.NegativeKeep.ToString(CultureInfo.InvariantCulture) + " of the unclicked impressions in training: p / (p + (1 - p) / w).");
            Console.Out.WriteLine("If the rows below are thinned out too, PCOC after it is too low there: --check all impressions.");
        }

        int segments = 0;
        var table = new TextTable("PCOC " + (isChecked ? "on the rows of --check" : "on the rows of the fit, where it flatters: --check measures on others"), plan.By ?? "rows", "task", "positives>", "before>", "95 %", "after>", "95 %", "curve");
        foreach (SegmentPcoc figure in figures)
        {
            segments += figure is { Segment: not null, Task: EvaluationTask.Ctr } ? 1 : 0;
            if (segments <= MostSegments)
            {
                table.Add(figure.Segment is { } row ? Name(model, plan.By!, row) : "all", figure.Task.ToString().ToUpperInvariant(), Show.Count(figure.Positives), Number(figure.Before), Range(figure.BeforeInterval),
                    Number(figure.After), Range(figure.AfterInterval), Origin(calibration, figure));
            }
        }

        table.Write();
        if (segments > MostSegments)
        {
            Console.Out.WriteLine($"And {Show.Count(segments - MostSegments)} smaller segments.");
        }
    }

    /// <summary>A calibration in a few words.</summary>
    public static string Describe(ModelCalibration? calibration) => calibration is null ? "none"
        : "CTR " + Word(calibration.Ctr) + ", CVR " + Word(calibration.Cvr) + (calibration.NegativeKeep < 1 ? ", unclicked impressions kept " + calibration.NegativeKeep.ToString(CultureInfo.InvariantCulture) : "");

    private static string Word(TaskCalibrator calibrator) => calibrator.Method.ToString().ToLowerInvariant() + (calibrator.Segments.Count > 0 ? " with " + Show.Count(calibrator.Segments.Count) + (calibrator.Segments.Count == 1 ? " segment" : " segments") : "");

    private static string Method(TaskCalibrator calibrator, CalibrationOptions plan)
        => calibrator.Method == CalibrationMethod.None && plan.Method != CalibrationMethod.None ? "n/a: fewer than " + Show.Count(plan.MinPositives) : calibrator.Method.ToString().ToLowerInvariant();

    private static string Curve(TaskCalibrator calibrator)
    {
        LogitCurve curve = calibrator.CurveOf(int.MinValue);
        return calibrator.Method switch
        {
            CalibrationMethod.None => "n/a",
            CalibrationMethod.Platt => string.Create(CultureInfo.InvariantCulture, $"{curve.Slope:F4} x {(curve.Values[0] < 0 ? "-" : "+")} {Math.Abs(curve.Values[0]):F4}"),
            _ => Show.Count(curve.Logits.Length) + " knots",
        };
    }

    private static string Origin(ModelCalibration calibration, SegmentPcoc figure)
    {
        TaskCalibrator[] used = figure.Task switch { EvaluationTask.Ctr => [calibration.Ctr], EvaluationTask.Cvr => [calibration.Cvr], _ => [calibration.Ctr, calibration.Cvr] };
        return string.Join(" x ", used.Select(calibrator => calibrator.Method == CalibrationMethod.None ? "n/a" : figure.Segment is { } row && calibrator.Segments.Contains(row) ? "own" : "all").Distinct());
    }

    private static string Name(EsmmModel model, string field, int row)
    {
        const int longest = 16;
        string text = row == ImpressionBatch.MissingId ? "(missing)" : model.Space.Encoders[model.Space.FieldIndex(field)] switch
        {
            VocabularyEncoder when row == 0 => "(unseen)",
            VocabularyEncoder entries => Encoding.UTF8.GetString(entries.EntryOf(row)),
            _ => "row " + row.ToString(CultureInfo.InvariantCulture),
        };
        return text.Length == 0 ? "(empty)" : ErrorText.Quote(text)[1..^1] is var shown && shown.Length > longest ? shown[..(longest - 3)] + "..." : shown;
    }

    private static string Number(double? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? "n/a";

    private static string Range(Interval? interval) => interval is { } range ? string.Create(CultureInfo.InvariantCulture, $"{range.Low:F3}..{range.High:F3}") : "n/a";
}
