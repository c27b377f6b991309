using EsmmLite.Cli.Commands;
using EsmmLite.Cli.Comparing;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Training;

namespace EsmmLite.Cli.Tests;

/// <summary>The rows that stop a comparison's training, of a log that is sorted by its item: 20 items, 40 rows of each, 200 searches of 4 rows.</summary>
public class StoppingRowsTests
{
    private const int Items = 20, RowsOfItem = 40, RowsOfSearch = 4;

    [Fact]
    public void WithoutTimesNoItemIsMissingFromTheRest()
    {
        foreach (Holdout tested in (Holdout[])[Holdout.ByColumn("search", 0.5, 3), Holdout.ByRow(0.5, 3)])
        {
            (ImpressionBatch rows, int[] training, int[] stopping) = Divide(tested, "");
            Assert.Equal(Enumerable.Range(0, rows.Count), training.Concat(stopping).Order());
            Assert.InRange(stopping.Length, rows.Count / 20, rows.Count / 5);
            Assert.Equal(Items, training.Select(r => rows.Ids(0)[r]).Distinct().Count());
            Assert.True(stopping.Select(r => rows.Ids(0)[r]).Distinct().Count() > Items / 3);

            // The number of a row is in its price: rows of a search are on one side.
            int Search(int row) => (int)Math.Round(rows.Numbers(0)[row]) / RowsOfSearch;
            Assert.Equal(tested.Column is not null, !training.Select(Search).Intersect(stopping.Select(Search)).Any());
        }
    }

    [Fact]
    public void WithTimesTheNewestStop()
    {
        (ImpressionBatch rows, int[] training, int[] stopping) = Divide(Holdout.ByColumn("search", 0.5, 3), "\"time\": {\"column\": \"time\"},");
        long[] times = rows.Times.ToArray();
        Assert.Equal(rows.Count / 10, stopping.Length);
        Assert.True(training.Max(r => times[r]) <= stopping.Min(r => times[r]));
    }

    private static (ImpressionBatch Rows, int[] Training, int[] Stopping) Divide(Holdout tested, string time)
    {
        using TestFolder folder = new();
        folder.Write("log.csv", "item,search,price,time,click,conversion\n" + string.Concat(Enumerable.Range(0, Items * RowsOfItem).Select(i =>
            FormattableString.Invariant($"i{i / RowsOfItem},s{i / RowsOfSearch},{i},2026-01-01 00:{i * 7 % 60:00}:{i * 13 % 60:00}Z,{(i % 3 == 0 ? 1 : 0)},{(i % 6 == 0 ? 1 : 0)}\n"))));
        EsmmConfig config = EsmmConfig.Parse("{\"fields\": [{\"name\": \"item\", \"kind\": \"vocabulary\", \"dim\": 2}, {\"name\": \"price\", \"kind\": \"numeric\", \"standardise\": false}], \"labels\": [{\"name\": \"click\"}, {\"name\": \"conversion\"}]," + time
            + "\"group\": \"search\", \"towers\": {\"ctr\": [4], \"cvr\": [4]}}", "test");
        string[] files = [folder["log.csv"]];
        using TrainingInput input = new(config, new DelimitedLog(files), tested, null, files);
        return ProgressBoard.Run(board =>
        {
            using PackedData data = new DataPreparation(input, board, new SpeedTable(), default).Prepare(null);
            BenchRows all = BenchInput.ReadAll(data.Space, data.Training);
            (int[] training, int[] stopping) = StoppingRows.Of(input, data.Space, all, default);
            ImpressionBatch rows = data.Space.CreateBatch(all.Count);
            all.Gather([.. Enumerable.Range(0, all.Count)], rows);
            return (rows, training, stopping);
        });
    }
}
