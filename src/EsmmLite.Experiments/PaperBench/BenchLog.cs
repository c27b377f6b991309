using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>Encoded impressions: those to train on, to stop by, and to test on; and the truth of the test impressions where it is known.</summary>
/// <param name="Space">The feature space.</param>
/// <param name="Training">Impressions to train on.</param>
/// <param name="Validation">Impressions that say when to stop.</param>
/// <param name="Test">Impressions that methods are compared on.</param>
public sealed record BenchLog(FeatureSpace Space, BenchRows Training, BenchRows Validation, BenchRows Test)
{
    /// <summary>P(y = 1 | x) of each test impression; null where nobody knows.</summary>
    public double[]? TruePCtr { get; init; }

    /// <summary>P(z = 1 | y = 1, x) of each test impression; null where nobody knows.</summary>
    public double[]? TruePCvr { get; init; }

    /// <summary>P(z = 1 | do(click), x) of each test impression.</summary>
    public double[]? TruePCvrIfClicked { get; init; }

    /// <summary>Identifies the impressions as networks see them: feature space, ids, numbers and labels of all three parts.</summary>
    public string Digest()
    {
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Encoding.UTF8.GetBytes(Space.ToJson()));
        foreach (BenchRows rows in (ReadOnlySpan<BenchRows>)[Training, Validation, Test])
        {
            digest.AppendData(BitConverter.GetBytes(rows.Count));
            foreach ((int _, ImpressionBatch batch) in rows.Batches())
            {
                for (int slot = 0; slot < batch.IdSlots; slot++)
                {
                    digest.AppendData(MemoryMarshal.AsBytes(batch.Ids(slot)[..batch.Count]));
                }

                for (int slot = 0; slot < batch.NumberSlots; slot++)
                {
                    digest.AppendData(MemoryMarshal.AsBytes(batch.Numbers(slot)[..batch.Count]));
                }

                for (int stage = 0; stage < batch.Stages; stage++)
                {
                    digest.AppendData(batch.Labels(stage)[..batch.Count]);
                }
            }
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    /// <summary>
    /// The log with a random share of its training and validation impressions. Values that are too rare among what is left of the training impressions
    /// for a row of their own become out-of-vocabulary, as they would if the feature space were learned from them.
    /// </summary>
    /// <param name="rate">The share.</param>
    /// <param name="seed">Seed of the choice.</param>
    public BenchLog Sample(double rate, ulong seed)
    {
        if (rate >= 1)
        {
            return this;
        }

        SplitMix random = new(seed);
        BenchRows training = Some(Training, rate, ref random), validation = Some(Validation, rate, ref random);
        bool[]?[] kept = new bool[]?[Space.IdSlots];
        foreach (IGrouping<int, int> table in Enumerable.Range(0, Space.Encoders.Count).Where(f => Space.Encoders[f].HasOutOfVocabulary).GroupBy(Space.TableOf))
        {
            // All slots that read the table: those of a list's values, and of fields that share it.
            int[] slots = [.. table.SelectMany(f => Enumerable.Range(Space.SlotOf(f), Space.Encoders[f].IdWidth))];
            Field owner = table.Select(f => Space.Encoders[f].Field).First(field => field.Shares is null);
            bool[] known = Frequent(training, slots, Space.Encoders[table.First()].Rows, MinCount(owner));
            foreach (int slot in slots)
            {
                kept[slot] = known;
            }
        }

        return this with { Training = training.Forget(kept), Validation = validation.Forget(kept), Test = Test.Forget(kept) };
    }

    private static int MinCount(Field field) => field switch { VocabularyField f => f.MinCount, HashedField f => f.MinCount, _ => 1 };

    private static bool[] Frequent(BenchRows training, int[] slots, int rows, int least)
    {
        int[] count = new int[rows];
        foreach ((int _, ImpressionBatch batch) in training.Batches())
        {
            foreach (int slot in slots)
            {
                foreach (int id in batch.Ids(slot)[..batch.Count])
                {
                    if (id >= 0)
                    {
                        count[id]++;
                    }
                }
            }
        }

        return [.. count.Select(n => n >= least)];
    }

    private static BenchRows Some(BenchRows rows, double rate, ref SplitMix random)
    {
        List<int> kept = [];
        for (int r = 0; r < rows.Count; r++)
        {
            if (random.NextDouble() < rate)
            {
                kept.Add(r);
            }
        }

        return rows.Take([.. kept]);
    }
}
