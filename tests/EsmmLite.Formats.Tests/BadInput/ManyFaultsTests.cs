using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Formats.Times;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Formats.Tests.BadInput;

/// <summary>A million lines, a tenth of them bad in 25 ways: each is counted, kept aside, and changes nothing else.</summary>
public sealed class ManyFaultsTests : IDisposable
{
    private const int Rows = 1_000_000;
    private const int FewerRows = 30_000;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("none", Rows)]
    [InlineData("row", FewerRows)]
    [InlineData("time", FewerRows)]
    [InlineData("column", FewerRows)]
    public void FaultsAreCountedAndTheModelIsThatOfTheCleanRows(string by, int rows)
    {
        string clean = Path.Combine(_folder.Path, "clean.csv"), faulty = Path.Combine(_folder.Path, "faulty.csv"), kept = Path.Combine(_folder.Path, "kept.csv");
        var written = new FaultyLog(clean, faulty, rows);
        BadRowCounts counts;
        string digest;
        using (var quarantine = new Quarantine(kept))
        {
            digest = Train(new DelimitedLog([faulty], new DelimitedLogOptions { MaxBadRows = 0.1, Quarantine = quarantine }), by, out counts);
        }

        Assert.Equal((rows, rows / 10), (counts.Rows, counts.Bad));
        Assert.Equal(written.Reasons, counts.Reasons);
        Assert.Equal(Train(new DelimitedLog([clean], new DelimitedLogOptions { MaxBadRows = 0 }), by, out BadRowCounts none), digest);
        Assert.Equal((rows - rows / 10, 0), (none.Rows, none.Bad));
        Assert.Equal(written.Kept, Read(kept, faulty));
    }

    private string Train(DelimitedLog log, string by, out BadRowCounts counts)
    {
        Schema schema = FaultyLog.Schema;
        Holdout? holdout = by switch
        {
            "row" => Holdout.ByRow(0.2, 5),
            "column" => Holdout.ByColumn("user", 0.2, 5),
            "time" => TimeSplit.Find(log, schema, Holdout.ByTime(0.2), cancellation: TestContext.Current.CancellationToken),
            _ => null,
        };
        LogSurvey survey = LogSurvey.Run(log, schema, holdout, 1, cancellation: TestContext.Current.CancellationToken);
        using PackedParts parts = PackedParts.Pack(log, survey.Space, holdout, null, survey.Fingerprint, cancellation: TestContext.Current.CancellationToken);
        counts = survey.BadRows;
        Assert.Equal(counts.Reasons, parts.BadRows.Reasons); // the second pass sees the same rows
        Assert.Equal(counts.Rows, survey.Training.Impressions + survey.Validation.Impressions + counts.Bad);
        EsmmModel model = EsmmModel.Create(survey.Space, new ModelOptions { CtrTower = [8], CvrTower = [8] });
        using var trainer = new Trainer(model, new TrainingOptions { Batch = 4096 });
        trainer.Fit(new ShuffledSource(parts.Training, 1), parts.Validation is null ? null : new SequentialSource(parts.Validation), token: TestContext.Current.CancellationToken);
        return model.Save(Path.Combine(_folder.Path, "model.safetensors"));
    }

    /// <summary>The quarantine, read as any CSV.</summary>
    private static List<(long Line, string Reason, string Record)> Read(string kept, string of)
    {
        var rows = new List<(long, string, string)>();
        using DelimitedReader reader = new DelimitedLog([CsvWithoutNul(kept)]).Open("file", "line", "reason", "record");
        while (reader.Read())
        {
            Assert.Equal(of, reader.Value(0).ToString());
            rows.Add((long.Parse(reader.Value(1), System.Globalization.CultureInfo.InvariantCulture), reader.Value(2).ToString(), reader.Value(3).ToString().Replace('\u2400', '\0')));
        }

        return rows;
    }

    /// <summary>NUL is kept as it was, and a row with it would be bad again.</summary>
    private static string CsvWithoutNul(string path)
    {
        File.WriteAllText(path + ".csv", File.ReadAllText(path).Replace('\0', '\u2400'));
        return path + ".csv";
    }
}
