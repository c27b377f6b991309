using EsmmLite.Features;
using EsmmLite.Formats.Checkup;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Drafting;
using EsmmLite.Formats.Packed;
using EsmmLite.Formats.Profiling;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Formats.Tests.Checkup;

/// <summary>A model trained for a while on one log, and a later log to hold against it: sound, or with one column written otherwise.</summary>
internal sealed class CheckupCase : IDisposable
{
    private const int EnoughRows = 2_500;

    private readonly TestFolder _folder = new();
    private readonly EsmmScorer _scorer;
    private readonly string _later;

    public CheckupCase(DelimitedLog training, string later, EsmmConfig config, int steps = 150)
    {
        _later = later;
        Schema = config.Schema;
        CancellationToken token = TestContext.Current.CancellationToken;
        LogSurvey survey = LogSurvey.Run(training, config.Schema, cancellation: token);
        using PackedParts parts = PackedParts.Pack(training, survey.Space, cancellation: token);
        EsmmModel model = EsmmModel.Create(survey.Space, config.Model);
        model.Info = model.Info with { DataCounts = new DataCounts(parts.TrainingCounts.Impressions, parts.TrainingCounts.Reached[0], parts.TrainingCounts.Reached[config.ConversionStage]) };
        using var trainer = new Trainer(model, config.Training with { Epochs = 1, Steps = steps, EarlyStopping = null }, threads: 1);
        trainer.Fit(new ShuffledSource(parts.Training, 1), token: token);
        _scorer = new EsmmScorer(model);
    }

    public Schema Schema { get; }

    /// <summary>The config that is drafted from a log.</summary>
    public static EsmmConfig Draft(DelimitedLog log, string click, string conversion, string? group)
    {
        IReadOnlyList<string> header = log.Header();
        var options = new LogProfileOptions { Click = LabelRule.Parse(click, "--click", header), Conversion = LabelRule.Parse(conversion, "--conversion", header), Group = group };
        return ConfigDraft.Of(LogProfiler.Run(log, options)).Config;
    }

    /// <summary>Holds the later log against the model.</summary>
    /// <param name="column">A column to write otherwise; null for none.</param>
    /// <param name="change">How.</param>
    /// <param name="most">The most rows.</param>
    public CheckupReport Check(string? column = null, Func<string, string>? change = null, int most = int.MaxValue) => Check(column, change is null ? null : (value, _) => change(value), most);

    /// <summary>The same where the change depends on whether the row was clicked.</summary>
    public CheckupReport Check(string? column, Func<string, bool, string>? change, int most = int.MaxValue)
    {
        string path = System.IO.Path.Combine(_folder.Path, "later.csv");
        using (var log = new DelimitedLog([_later]))
        {
            IReadOnlyList<string> header = log.Header();
            int changed = column is null ? -1 : header.ToList().IndexOf(column), click = header.ToList().IndexOf(Schema.Labels[0].Column);
            var labels = new LabelReader(Schema);
            using DelimitedReader rows = log.Open(header);
            using var writer = new StreamWriter(path) { NewLine = "\n" };
            writer.WriteLine(string.Join(',', header.Select(Quoted)));
            for (int row = 0; row < most && rows.Read(); row++)
            {
                bool isClick = change is not null && labels.TryRead(0, rows.Value(click), out byte label) && label != 0;
                writer.WriteLine(string.Join(',', Enumerable.Range(0, header.Count).Select(i => Quoted(i == changed ? change!(rows.Value(i).ToString(), isClick) : rows.Value(i).ToString()))));
            }
        }

        using var later = new DelimitedLog([path]);
        return ModelCheckup.Run(_scorer, later, cancellation: TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts that sound data needs no mending.</summary>
    public void AssertSound(int most = int.MaxValue)
    {
        CheckupReport report = Check(most: most);
        Assert.False(report.IsIll, string.Join('\n', report.Findings));
    }

    /// <summary>Asserts that every failure which can be planted in a field is found in it.</summary>
    public void AssertFound(string name)
    {
        Field field = Schema.Fields.Single(field => field.Name == name);
        bool isNumber = field is NumericField, isInteger = field is HashedField { Integer: true } or VocabularyField { Integer: true };
        AssertFound(field, "missing", (_, _) => Schema.MissingValues[0]);
        string? first = null;
        AssertFound(field, "constant", (value, _) => first ??= value);
        if (isNumber)
        {
            AssertFound(field, "unit", (value, _) => double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out double number) ? (number * 1000).ToString("R", System.Globalization.CultureInfo.InvariantCulture) : value);
            AssertFound(field, "leak", (_, click) => click ? "1" : "0");
            return;
        }

        AssertFound(field, "prefix", (value, _) => value.Length > 0 ? "id_" + value.Trim() : value);
        if (!isInteger) // where integers are read as such, 7.0 is 7
        {
            AssertFound(field, "point", (value, _) => value.Length > 0 ? value + ".0" : value);
        }
    }

    public void Dispose() => _folder.Dispose();

    private void AssertFound(Field field, string what, Func<string, bool, string> change)
    {
        CheckupReport report = Check(field.Column, change, EnoughRows);
        Finding? first = report.Findings.FirstOrDefault(finding => finding is { Severity: Severity.Fault, Field: not null });
        Assert.True(first?.Field == field.Name, $"{field.Name}, {what}: {report.Verdict}\n{string.Join('\n', report.Findings)}");
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
