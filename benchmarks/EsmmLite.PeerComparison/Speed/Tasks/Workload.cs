using System.Collections.Concurrent;
using System.Globalization;
using EsmmLite.Features;

namespace EsmmLite.PeerComparison.Speed.Tasks;

/// <summary>The impressions of a task: the same for every contestant and every round.</summary>
internal static class Workload
{
    private const double ClickRate = 0.2;
    private const double ConversionRate = 0.1;

    /// <summary>Different requests that a task goes round.</summary>
    public const int Requests = 16;

    /// <summary>The most ranks drawn: tables beyond it are touched in as many rows as this one.</summary>
    private const int MostRanks = 1_000_000;

    private static readonly ConcurrentDictionary<int, ZipfRows> s_rows = [];

    /// <summary>Batches for training or scoring; ids are Zipf(1.05) over each table's rows.</summary>
    public static ImpressionBatch[] Batches(FeatureSpace space, int size)
    {
        Random random = new(20260101);
        ZipfRows[] tables = [.. space.Schema.Fields.Select(field => Rows(((HashedField)field).Buckets))];
        return [.. Enumerable.Range(0, Math.Clamp(16_384 / size, 8, 64)).Select(_ => Fill(space.CreateBatch(size), size, tables, random))];
    }

    /// <summary>What is scored in a task, row by row: batches, or requests written out as batches.</summary>
    public static ImpressionBatch[] ForScoring(FeatureSpace space, TaskCase task) => task.Kind == TaskKind.Score
        ? Batches(space, task.Batch)
        : [.. Enumerable.Range(0, Requests).Select(seed => Flat(space, Request(space.Schema, task, seed), task.Batch))];

    /// <summary>
    /// Texts of one request and its candidates, by field: one text for a field of the request, as many as candidates otherwise.
    /// The task's category-like fields show 50 different texts.
    /// </summary>
    public static string[][] Request(Schema schema, TaskCase task, int seed)
    {
        Random random = new(seed);
        return [.. schema.Fields.Select(field =>
        {
            bool even = task.CategoryLike.Contains(field.Name);
            int values = even ? 50 : ((HashedField)field).Buckets;
            ZipfRows ranks = new(values, values);
            return Enumerable.Range(0, field.Side == Side.Request ? 1 : task.Batch)
                .Select(_ => field.Name + (even ? random.Next(values) : ranks.Rank(random)).ToString(CultureInfo.InvariantCulture))
                .ToArray();
        })];
    }

    // The request's values, repeated for every candidate.
    private static ImpressionBatch Flat(FeatureSpace space, string[][] texts, int candidates)
    {
        ImpressionBatch batch = space.CreateBatch(candidates);
        batch.Count = candidates;
        for (int field = 0; field < texts.Length; field++)
        {
            for (int row = 0; row < candidates; row++)
            {
                space.Encode(field, texts[field][Math.Min(row, texts[field].Length - 1)].AsSpan(), batch, row);
            }
        }

        return batch;
    }

    private static ZipfRows Rows(int rows) => s_rows.GetOrAdd(rows, _ => new(Math.Min(rows, MostRanks), rows));

    private static ImpressionBatch Fill(ImpressionBatch batch, int size, ZipfRows[] tables, Random random)
    {
        batch.Count = size;
        for (int slot = 0; slot < tables.Length; slot++)
        {
            Span<int> ids = batch.Ids(slot);
            for (int row = 0; row < size; row++)
            {
                ids[row] = tables[slot].Row(random);
            }
        }

        for (int row = 0; row < size; row++)
        {
            bool click = random.NextDouble() < ClickRate;
            batch.Labels(0)[row] = (byte)(click ? 1 : 0);
            batch.Labels(1)[row] = (byte)(click && random.NextDouble() < ConversionRate ? 1 : 0);
        }

        return batch;
    }
}
