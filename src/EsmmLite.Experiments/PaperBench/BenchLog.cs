using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>Encoded impressions in memory: those to train on, to stop by, and to test on; and the truth of the test impressions where it is known.</summary>
/// <param name="Space">The feature space.</param>
/// <param name="Training">Impressions to train on.</param>
/// <param name="Validation">Impressions that say when to stop.</param>
/// <param name="Test">Impressions that methods are compared on.</param>
public sealed record BenchLog(FeatureSpace Space, ImpressionBatch Training, ImpressionBatch Validation, ImpressionBatch Test)
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
        foreach (ImpressionBatch rows in (ReadOnlySpan<ImpressionBatch>)[Training, Validation, Test])
        {
            digest.AppendData(BitConverter.GetBytes(rows.Count));
            for (int slot = 0; slot < rows.IdSlots; slot++)
            {
                digest.AppendData(MemoryMarshal.AsBytes(rows.Ids(slot)[..rows.Count]));
            }

            for (int slot = 0; slot < rows.NumberSlots; slot++)
            {
                digest.AppendData(MemoryMarshal.AsBytes(rows.Numbers(slot)[..rows.Count]));
            }

            for (int stage = 0; stage < rows.Stages; stage++)
            {
                digest.AppendData(rows.Labels(stage)[..rows.Count]);
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
        ImpressionBatch training = Some(Training, rate, ref random), validation = Some(Validation, rate, ref random), test = Some(Test, 1, ref random);
        for (int f = 0; f < Space.Encoders.Count; f++)
        {
            if (Space.Encoders[f].Field is VocabularyField field)
            {
                Forget(Space.SlotOf(f), Space.Encoders[f].Rows, field.MinCount, training, validation, test);
            }
        }

        return this with { Training = training, Validation = validation, Test = test };
    }

    private static void Forget(int slot, int rows, int least, ImpressionBatch training, params ReadOnlySpan<ImpressionBatch> others)
    {
        int[] count = new int[rows];
        foreach (int id in training.Ids(slot)[..training.Count])
        {
            if (id >= 0)
            {
                count[id]++;
            }
        }

        foreach (ImpressionBatch batch in (ReadOnlySpan<ImpressionBatch>)[training, .. others])
        {
            foreach (ref int id in batch.Ids(slot)[..batch.Count])
            {
                id = id > 0 && count[id] < least ? 0 : id;
            }
        }
    }

    private ImpressionBatch Some(ImpressionBatch rows, double rate, ref SplitMix random)
    {
        List<int> kept = [];
        for (int r = 0; r < rows.Count; r++)
        {
            if (rate >= 1 || random.NextDouble() < rate)
            {
                kept.Add(r);
            }
        }

        return Take(Space, rows, [.. kept]);
    }

    /// <summary>Copies some rows, in order.</summary>
    public static ImpressionBatch Take(FeatureSpace space, ImpressionBatch rows, ReadOnlySpan<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(rows);
        ImpressionBatch batch = space.CreateBatch(Math.Max(1, chosen.Length));
        batch.Count = chosen.Length;
        rows.CopyRows(chosen, batch);
        return batch;
    }
}
