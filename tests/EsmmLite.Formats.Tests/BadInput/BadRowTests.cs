using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Formats.Times;

namespace EsmmLite.Formats.Tests.BadInput;

public sealed class BadRowTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1000, 1, 0, null)] // one in a thousand may be
    [InlineData(999, 1, 0, "line 2")]
    [InlineData(500, 1, 499, "line 501")]
    [InlineData(100, 0, 0, null)]
    [InlineData(100_000, 100, 99_000, null)] // judged at the end: a thousandth
    [InlineData(100_000, 101, 99_000, "line 99002")]
    [InlineData(100_000, 2, 500, "line 502")] // judged at 1,000 rows
    [InlineData(100_000, 2, 998, "line 1000")]
    [InlineData(100_000, 2, 999, null)] // one of them comes after that
    [InlineData(100_000, 3, 1000, "line 1002")] // and at 2,000
    public void TheShareIsJudgedAtAThousandRowsAndWheneverTheyDoubleAndAtTheEnd(int rows, int bad, int from, string? place)
    {
        using DelimitedLog log = Log(rows, Enumerable.Range(from, bad));
        if (place is null)
        {
            BadRowCounts counts = Survey(log).BadRows;
            Assert.Equal((rows, bad), (counts.Rows, counts.Bad));
            return;
        }

        EsmmException e = Assert.Throws<EsmmException>(() => Survey(log));
        Assert.Equal(EsmmErrorKind.Data, e.Kind);
        Assert.Contains("log.csv " + place + ", field \"id\": value \"bad\" is not a number; ", e.Message, StringComparison.Ordinal);
        Assert.Contains(" bad (", e.Message, StringComparison.Ordinal);
        Assert.Contains("where 0.1 % may be", e.Message, StringComparison.Ordinal);
        Assert.Contains("--max-bad-rows", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARowWithSeveralFaultsCountsOnceAndTheMostFrequentReasonComesFirst()
    {
        using var log = new DelimitedLog([_folder.Write("log.csv", "id,user,click,conversion\n1,u,0,0\nbad,u,7,0\nbad\nbad\n")], new DelimitedLogOptions { MaxBadRows = 1 });
        BadRowCounts counts = Survey(log).BadRows;
        Assert.Equal("3 of 4 rows are bad (2 too few fields, 1 click: neither 0 nor 1)", counts.ToString());
        Assert.Contains("line 3, column \"click\": label \"7\"", counts.First, StringComparison.Ordinal);
    }

    [Fact]
    public void BadRowsAreKeptAsideOnceHoweverOftenTheLogIsRead()
    {
        string kept = Path.Combine(_folder.Path, "kept.csv");
        string text = "id,user,shown,click,conversion\n1,u,2024-01-01,0,0\n\"2\",\"say \"\"hi\"\"\n\n\",2024-01-02,2,0\r\nbad,u,2024-01-03,0,0\n4,u,never,1,1\n5,u,2024-01-05,1,1\n6\n";
        Schema schema = TestFolder.Numbers() with { Time = new ImpressionTime { Column = "shown", Zone = "UTC" } };
        using (var quarantine = new Quarantine(kept))
        {
            using var log = new DelimitedLog([_folder.Write("log.csv", text)], new DelimitedLogOptions { MaxBadRows = 1, Quarantine = quarantine });
            Holdout holdout = TimeSplit.Find(log, schema, Holdout.ByTime(0.5), cancellation: TestContext.Current.CancellationToken);
            LogSurvey survey = LogSurvey.Run(log, schema, holdout, cancellation: TestContext.Current.CancellationToken);
            using PackedParts parts = PackedParts.Pack(log, survey.Space, holdout, null, survey.Fingerprint, cancellation: TestContext.Current.CancellationToken);
            Assert.Equal((1, 1), (survey.Training.Impressions, survey.Validation.Impressions));
            Assert.Equal(4, quarantine.Rows);
        }

        string file = Path.Combine(_folder.Path, "log.csv");
        Assert.Equal($"file,line,reason,record\n{file},3,click: neither 0 nor 1,\"\"\"2\"\",\"\"say \"\"\"\"hi\"\"\"\"\n\n\"\",2024-01-02,2,0\"\n{file},6,id: not a number,\"bad,u,2024-01-03,0,0\"\n"
            + $"{file},7,shown: no usable time,\"4,u,never,1,1\"\n{file},9,too few fields,\"6\"\n", File.ReadAllText(kept));
    }

    [Fact]
    public void TheQuarantineHoldsWhatWasReadWhenTheRunStops()
    {
        string kept = _folder.Write("kept.csv", "of an earlier run");
        using (var quarantine = new Quarantine(kept))
        {
            Assert.Equal("of an earlier run", File.ReadAllText(kept)); // until a log is read
            using DelimitedLog log = Log(5000, [3, 5, 4000], quarantine);
            Assert.Contains("line 5,", Assert.Throws<EsmmException>(() => Survey(log)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(3, File.ReadAllLines(kept).Length);
        using var nowhere = new Quarantine(Path.Combine(_folder.Path, "none/kept.csv"));
        using DelimitedLog unread = Log(10, [], nowhere);
        Assert.Contains("bad rows can't be kept there", Assert.Throws<EsmmException>(() => Survey(unread)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunThatReadsNoRowKeepsAnEarlierQuarantine()
    {
        string kept = _folder.Write("kept.csv", "of an earlier run");
        using (var quarantine = new Quarantine(kept))
        {
            using var log = new DelimitedLog([_folder.Write("log.csv", "user,click\nu,0\n")], new DelimitedLogOptions { Quarantine = quarantine });
            Assert.Contains("no column \"id\"", Assert.Throws<EsmmException>(() => Survey(log)).Message, StringComparison.Ordinal);
        }

        Assert.Equal("of an earlier run", File.ReadAllText(kept));
        using (var quarantine = new Quarantine(kept))
        {
            using DelimitedLog log = Log(100, [], quarantine);
            Survey(log);
            Assert.Equal("of an earlier run", File.ReadAllText(kept)); // until the end
        }

        Assert.Equal("file,line,reason,record\n", File.ReadAllText(kept));
        Assert.Equal(["kept.csv", "log.csv"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order()); // nothing is left beside it
    }

    [Fact]
    public void NumbersThatAreTooLargeOnlyOnceStandardisedAreBadRows()
    {
        // The deviation of training is tiny; the number itself is a float.
        Schema schema = new() { Fields = [new NumericField { Name = "n" }], Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }] };
        string rows = "n,click,conversion\n" + string.Concat(Enumerable.Range(0, 2_000).Select(i => (i == 1_500 ? "3e38" : i % 2 == 0 ? "1e-5" : "2e-5") + $",{i % 2},0\n"));
        string kept = Path.Combine(_folder.Path, "kept.csv");
        FeatureSpace space;
        using (var quarantine = new Quarantine(kept))
        {
            // It lies in the part set aside by time, so that nothing is learned from it.
            using var log = new DelimitedLog([_folder.Write("log.csv", rows)], new DelimitedLogOptions { Quarantine = quarantine });
            Holdout holdout = Enumerable.Range(0, 100).Select(seed => Holdout.ByRow(0.2, (ulong)seed)).First(one => one.IsValidation(1_500));
            LogSurvey survey = LogSurvey.Run(log, schema, holdout, cancellation: TestContext.Current.CancellationToken);
            using PackedParts parts = PackedParts.Pack(log, survey.Space, holdout, null, survey.Fingerprint, cancellation: TestContext.Current.CancellationToken);
            space = survey.Space;
            Assert.Equal((0, 1, 1), (survey.BadRows.Bad, parts.BadRows.Bad, quarantine.Rows));
            Assert.Equal(("n: too large for a float once standardised", 1), (parts.BadRows.Reasons.Keys.Single(), parts.BadRows.Reasons.Values.Single()));
            Assert.Equal((survey.Training.Impressions, survey.Validation.Impressions - 1), (parts.TrainingCounts.Impressions, parts.ValidationCounts.Impressions));
        }

        Assert.Contains(",1502,n: too large for a float once standardised,\"3e38,0,0\"\n", File.ReadAllText(kept), StringComparison.Ordinal);

        // In evaluation and in scoring.
        using var again = new DelimitedLog([Path.Combine(_folder.Path, "log.csv")]);
        using var source = new TextSource(again, space);
        ImpressionBatch batch = space.CreateBatch(2_048);
        Assert.True(source.Fill(batch));
        Assert.Equal((1_999, 1), (batch.Count, source.BadRows.Bad));
        using var scored = new EncodedRows(again, space);
        int count = 0;
        while (scored.Read())
        {
            scored.Encode(batch, 0);
            count++;
        }

        Assert.Equal((1_999, 1), (count, scored.Reader.BadRows.Bad));
    }

    [Fact]
    public void EveryWayOfReadingLeavesTheSameRowsOut()
    {
        string kept = Path.Combine(_folder.Path, "kept.csv");
        using var quarantine = new Quarantine(kept);
        using DelimitedLog log = Log(4000, [17, 1000, 2500, 3999], quarantine);
        FeatureSpace space = FeatureSpace.FromSchema(TestFolder.Numbers());
        using var source = new TextSource(log, space);
        ImpressionBatch batch = space.CreateBatch(300);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            source.StartEpoch(epoch);
            var ids = new List<float>();
            while (source.Fill(batch))
            {
                ids.AddRange(batch.Numbers(0)[..batch.Count]);
            }

            Assert.Equal(Enumerable.Range(0, 4000).Except([17, 1000, 2500, 3999]).Select(i => (float)i), ids);
            Assert.Equal((4000, 4), (source.BadRows.Rows, source.BadRows.Bad));
        }

        Assert.Equal(4, quarantine.Rows); // the second epoch adds none
        using var rows = new EncodedRows(log, space);
        int count = 0;
        while (rows.Read())
        {
            rows.Encode(batch, 0);
            count++;
        }

        Assert.Equal((3996, 4, 8), (count, rows.Reader.BadRows.Bad, quarantine.Rows));
        using PackedParts valid = PackedParts.Pack(log, space, cancellation: TestContext.Current.CancellationToken); // the only pass over a log to validate on
        Assert.Equal((3996, 4, 12), (valid.TrainingCounts.Impressions, valid.BadRows.Bad, quarantine.Rows));
    }

    [Fact]
    public void RowsOutsideTheTimesThatCountAreNotLookedAt()
    {
        Schema schema = TestFolder.Numbers() with { Time = new ImpressionTime { Column = "shown", Zone = "UTC" } };
        using var log = new DelimitedLog([_folder.Write("log.csv", "id,user,shown,click,conversion\nold,u,2023-12-31,x,y\n1,u,2024-01-01,0,0\n")], new DelimitedLogOptions { MaxBadRows = 0 });
        LogSurvey survey = LogSurvey.Run(log, schema, times: new TimeSelection { Since = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero) }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((1, 0), (survey.Training.Impressions, survey.BadRows.Bad));
    }

    private static LogSurvey Survey(DelimitedLog log) => LogSurvey.Run(log, TestFolder.Numbers(), cancellation: TestContext.Current.CancellationToken);

    private DelimitedLog Log(int rows, IEnumerable<int> bad, Quarantine? quarantine = null)
    {
        HashSet<int> chosen = [.. bad];
        return new DelimitedLog([_folder.Write("log.csv", "id,user,click,conversion\n" + string.Concat(Enumerable.Range(0, rows).Select(i => (chosen.Contains(i) ? "bad" : i.ToString(CultureInfo.InvariantCulture)) + ",u,0,0\n")))],
            new DelimitedLogOptions { Quarantine = quarantine });
    }
}
