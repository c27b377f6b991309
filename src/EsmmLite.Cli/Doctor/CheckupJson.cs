using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EsmmLite.Features;
using EsmmLite.Formats.Checkup;

namespace EsmmLite.Cli.Doctor;

/// <summary>A checkup as one JSON object, for a monitor.</summary>
internal static class CheckupJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(CheckupReport report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Plain))
        {
            json.WriteStartObject();
            json.WriteString("verdict", report.Verdict);
            json.WriteBoolean("ill", report.IsIll);
            json.WriteString("lookAt", report.Findings.FirstOrDefault(finding => finding is { Severity: Severity.Fault, Field: not null })?.Field);
            json.WriteNumber("rows", report.Rows);
            json.WriteBoolean("whole", report.IsWhole);
            json.WriteStartArray("findings");
            foreach (Finding finding in report.Findings)
            {
                json.WriteStartObject();
                json.WriteString("severity", finding.Severity == Severity.Fault ? "fault" : "warning");
                json.WriteString("field", finding.Field);
                json.WriteString("what", finding.What);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("fields");
            foreach (CheckedField field in report.Fields)
            {
                WriteField(json, field);
            }

            json.WriteEndArray();
            json.WriteStartObject("scores");
            foreach ((string name, int i) in ((string[])["pctr", "pcvr", "pctcvr"]).Select((name, i) => (name, i)))
            {
                WriteScore(json, name, report.Scores[i]);
            }

            json.WriteEndObject();
            WriteLabels(json, report.Labels);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteField(Utf8JsonWriter json, CheckedField field)
    {
        json.WriteStartObject();
        json.WriteString("name", field.Field.Name);
        json.WriteNumber("refused", field.RefusedShare);
        WriteNumber(json, "unseen", field.Unseen);
        WriteNumber(json, "expectedUnseen", field.ExpectedUnseen);
        WriteNumber(json, "drift", field.Drift);
        WriteNumber(json, "concentration", field.Concentration);
        json.WriteNumber("observations", field.Observations);
        json.WriteNumber("missingObservations", field.MissingObservations);
        WriteNumber(json, "colliding", field.Colliding);
        WriteProfile(json, "now", field.Now);
        WriteProfile(json, "training", field.Then);
        json.WriteString("guess", field.Guess?.What);
        json.WriteString("leak", field.Leak);
        json.WriteEndObject();
    }

    private static void WriteProfile(Utf8JsonWriter json, string name, FieldProfile? profile)
    {
        if (profile is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("values", profile.Count);
        json.WriteNumber("missing", profile.MissingShare);
        WriteNumber(json, "distinct", profile.Distinct);
        WriteNumber(json, "low", profile.Low);
        WriteNumber(json, "high", profile.High);
        json.WriteStartArray("forms");
        foreach (ValueShape shape in profile.Shapes)
        {
            json.WriteStringValue(shape.Text);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteScore(Utf8JsonWriter json, string name, ScoreSummary score)
    {
        json.WriteStartObject(name);
        json.WriteNumber("rows", score.Rows);
        WriteNumber(json, "mean", score.Rows == 0 ? null : score.Mean);
        WriteNumber(json, "meanError", score.Rows == 0 ? null : score.MeanError);
        WriteNumber(json, "least", score.Rows == 0 ? null : score.Low);
        WriteNumber(json, "quantile05", score.Rows == 0 ? null : score.Quantile05);
        WriteNumber(json, "median", score.Rows == 0 ? null : score.Median);
        WriteNumber(json, "quantile95", score.Rows == 0 ? null : score.Quantile95);
        WriteNumber(json, "greatest", score.Rows == 0 ? null : score.High);
        WriteNumber(json, "zero", score.Rows == 0 ? null : score.ZeroShare);
        WriteNumber(json, "saturated", score.Rows == 0 ? null : score.SaturatedShare);
        json.WriteBoolean("flat", score.IsFlat);
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, LabelCheck? labels)
    {
        if (labels is null)
        {
            json.WriteNull("labels");
            return;
        }

        json.WriteStartObject("labels");
        json.WriteNumber("rows", labels.Rows);
        json.WriteNumber("clicks", labels.Clicks);
        json.WriteNumber("conversions", labels.Conversions);
        WriteNumber(json, "ctrAuc", labels.CtrAuc);
        WriteNumber(json, "ctcvrAuc", labels.CtcvrAuc);
        json.WriteNumber("unreadable", labels.BadRows);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
