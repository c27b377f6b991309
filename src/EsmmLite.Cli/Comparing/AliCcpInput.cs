using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.PaperBench;
using EsmmLite.Features;
using EsmmLite.Formats.AliCcp;
using EsmmLite.Training;

namespace EsmmLite.Cli.Comparing;

/// <summary>The log of the paper, from its raw files straight into memory: no other file is written.</summary>
internal static class AliCcpInput
{
    private const int BatchRows = 1024;
    private const int ValidationShare = 10;
    private const string ConfigName = "ali-ccp.json";

    /// <summary>The config of the samples, which is a part of the program.</summary>
    public static EsmmConfig Config(IReadOnlyList<string>? overrides)
    {
        using var text = new StreamReader(typeof(AliCcpInput).Assembly.GetManifestResourceStream(ConfigName)!);
        return EsmmConfig.Parse(text.ReadToEnd(), ConfigName, overrides);
    }

    /// <summary>Reads the published split: the training files train, their last tenth says when to stop, the test files test.</summary>
    /// <param name="folder">Holds the four files, plain or gzipped.</param>
    /// <param name="every">One of so many rows is taken.</param>
    /// <param name="schema">The fields.</param>
    /// <param name="networks">Bytes that networks will take, beside the log.</param>
    /// <param name="board">Where progress goes.</param>
    /// <param name="token">Stops between two rows.</param>
    /// <exception cref="EsmmException">A file is missing or of another format; or log and networks would take more memory than there is, with the thinning that fits.</exception>
    public static FixedBenchData Read(string folder, int every, Schema schema, long networks, ProgressBoard board, CancellationToken token)
    {
        (string Skeleton, string Common)[] parts = [Part(folder, "train"), Part(folder, "test")];
        FeatureSpace space = FeatureSpace.FromSchema(schema with { Time = null });
        int most = schema.Fields.Max(field => field.List?.MaxValues ?? 1);
        (BenchRows training, AliCcpCounts trained) = ReadPart(parts[0]);
        (BenchRows test, AliCcpCounts tested) = ReadPart(parts[1]);
        int before = training.Count - (training.Count / ValidationShare);
        int[] order = [.. Enumerable.Range(0, training.Count)];
        board.Line(string.Join(", ", [
            Show.Count(trained.Samples + tested.Samples) + " rows" + (every == 1 ? "" : ", one in " + Show.Count(every) + " taken"),
            Show.Count(trained.BoughtUnclicked + tested.BoughtUnclicked) + " bought without a click",
            Show.Count(trained.Cut + tested.Cut) + " values of longer lists left out"]));
        board.Line("in memory: log " + Show.Bytes(training.Bytes + test.Bytes) + ", networks up to " + Show.Bytes(networks));
        return new FixedBenchData("Ali-CCP" + (every == 1 ? "" : ", one row in " + Show.Count(every)), "the published split; the last tenth of the training rows says when to stop",
            new BenchLog(space, training.Take(order.AsSpan(0, before)), training.Take(order.AsSpan(before)), test));

        (BenchRows Rows, AliCcpCounts Counts) ReadPart((string Skeleton, string Common) part)
        {
            string name = Path.GetFileName(part.Skeleton);
            using ProgressPhase phase = board.Begin("reading " + name);
            var store = new RowStore(space);
            var encoder = new AliCcpEncoder(space);
            ImpressionBatch batch = space.CreateBatch(BatchRows);
            double share = 0;
            long nextCheck = BatchRows;
            AliCcpCounts counts = new AliCcpReader(most, every).Read([part], row =>
            {
                encoder.TryAdd(row, batch);
                if (batch.Count == BatchRows)
                {
                    Flush();
                }
            }, (path, bytes) =>
            {
                share = path == part.Skeleton ? bytes / (double)new FileInfo(path).Length : 0;
                phase.Report(share, Path.GetFileName(path));
            }, token);
            Flush();
            return store.Count > 0 ? (BenchRows.Of(store), counts) : throw new EsmmException(EsmmErrorKind.Data, "there are no impressions", part.Skeleton);

            void Flush()
            {
                store.Add(batch);
                batch.Count = 0;
                if (store.Count >= nextCheck && share > 0)
                {
                    // Both parts are about as long. What is read so far says what all of it will take.
                    nextCheck = 2L * store.Count;
                    RequireMemory((long)(2 * store.Bytes / share), networks, every);
                }
            }
        }
    }

    /// <summary>Refuses a log that won't fit, and says which would.</summary>
    internal static void RequireMemory(long log, long networks, int every)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (log + networks <= available)
        {
            return;
        }

        long room = available - networks;
        throw new EsmmException(EsmmErrorKind.Usage, "the log would take about " + Show.Bytes(log) + " of memory and the networks up to " + Show.Bytes(networks) + ", but there are " + Show.Bytes(available), "--every " + Show.Count(every),
            room > 0 ? "--every " + Show.Count((long)Math.Ceiling(every * log / (0.8 * room))) + " or more" : "more memory",
            room > 0 ? "Fewer --threads need less, too." : "Fewer --threads, and smaller tables (--set fields.205.buckets=500000), need less.");
    }

    private static (string Skeleton, string Common) Part(string folder, string name) => (FileOf(folder, "sample_skeleton_" + name), FileOf(folder, "common_features_" + name));

    private static string FileOf(string folder, string name)
    {
        string path = Path.Combine(folder, name + ".csv");
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz"
            : throw new EsmmException(EsmmErrorKind.Usage, "there is no " + name + ".csv or " + name + ".csv.gz", "--ali-ccp " + folder, "the folder of the four raw files: sample_skeleton and common_features, _train and _test");
    }
}
