using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Persistence;

namespace EsmmLite.Tests.Model;

/// <summary>
/// Mutants of model files: 100,000, or a million with ESMM_LONG=1. Each is refused with the one typed error, or is a model that scores.
/// A number in a message makes the same mutant again.
/// </summary>
[Collection("Alone")]
public sealed class ModelMutantTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private const int Workers = 2;

    // A refusal takes the buffer that the file is hashed through and little else, whatever lengths the file claims.
    private const long MostBytesOfARefusal = 3 << 20;

    private static readonly int Mutants = Environment.GetEnvironmentVariable("ESMM_LONG") == "1" ? 1_000_000 : 100_000;

    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "esmm-mutants-" + Path.GetRandomFileName())).FullName;
    private readonly byte[] _one;
    private readonly byte[] _two;

    public ModelMutantTests(ITestOutputHelper output)
    {
        _output = output;
        _one = Save(ForgedModels.Create(1));
        _two = Save(ForgedModels.Create(2));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Damaged_files_are_refused()
    {
        Outcome all = Run(Mutants * 6 / 10, (random, _) =>
        {
            byte[] mutant = random.Next(2) == 0 ? Mutator.Bytes(_one, _two, random) : Mutator.Bytes(_two, _one, random);
            return mutant.AsSpan().SequenceEqual(_one) || mutant.AsSpan().SequenceEqual(_two) ? [] : mutant;
        });
        Assert.Equal(0, all.Loaded);
        Assert.InRange(all.Reasons.Count, 8, 100);
    }

    [Fact]
    public void Forged_files_with_a_right_checksum_are_refused_or_score()
    {
        ForgedModel one = Forge(_one), two = Forge(_two);
        Outcome all = Run(Mutants * 4 / 10, (random, i) => i % 2 == 0 ? one.Mutant(_one, _two, random) : two.Mutant(_two, _one, random));

        // The layers behind the checksum were reached, and what is only another model was let through.
        Assert.InRange(all.Loaded, Mutants / 100, Mutants / 4);
        Assert.InRange(all.Reasons.Count, 40, 400);
    }

    private sealed record Outcome(long Loaded, HashSet<string> Reasons);

    private Outcome Run(int mutants, Func<Random, int, byte[]> make)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true), loaded = 0;
        HashSet<string> reasons = [];
        List<Exception> failures = [];
        Thread[] threads = [.. Enumerable.Range(0, Workers).Select(worker => new Thread(() => Work(worker)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Empty(failures);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mutants} mutants: {loaded} loaded, the others refused for:\n  {string.Join("\n  ", reasons.Order(StringComparer.Ordinal))}"));
        return new Outcome(loaded, reasons);

        void Work(int worker)
        {
            string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"mutant{worker}.safetensors"));
            for (int i = worker; i < mutants; i += Workers)
            {
                byte[] mutant = make(new Random(i), i);
                if (mutant.Length == 0)
                {
                    continue;
                }

                try
                {
                    File.WriteAllBytes(path, mutant);
                    string? reason = Refusal(path, i);
                    lock (reasons)
                    {
                        loaded += reason is null ? 1 : 0;
                        _ = reason is not null && reasons.Add(reason);
                    }
                }
                catch (Exception e)
                {
                    lock (reasons)
                    {
                        failures.Add(new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"mutant {i}: {e.Message}"), e));
                    }

                    return;
                }
            }
        }
    }

    /// <summary>Why a file was refused, without what differs from file to file; null if it was loaded and scored.</summary>
    private static string? Refusal(string path, int mutant)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        EsmmScorer scorer;
        try
        {
            scorer = (mutant % 3) switch
            {
                0 => new EsmmScorer(EsmmModel.Load(path)),
                1 => EsmmScorer.Load(path),
                _ => EsmmScorer.Load(path, new ScorerOptions { Weights = WeightFormat.BFloat16 }),
            };
        }
        catch (EsmmException e)
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytesOfARefusal);
            if (e.Kind != EsmmErrorKind.ModelFile)
            {
                // The file is good, but a weight is beyond the largest brain float.
                Assert.Equal((2, EsmmErrorKind.Usage), (mutant % 3, e.Kind));
                Assert.Contains("beyond the largest bfloat16", e.Message, StringComparison.Ordinal);
                EsmmModel.Load(path);
                return "bfloat16";
            }

            Assert.StartsWith(path, e.Where, StringComparison.Ordinal);
            Assert.InRange(e.What.Length, 5, 20_000);
            return e.What.StartsWith("the checksum is", StringComparison.Ordinal) ? "the checksum" : new string([.. e.What.TakeWhile(c => c is not ('\'' or '"' or '\n' or '-') && !char.IsAsciiDigit(c))]);
        }

        RequireScores(scorer, path);
        return null;
    }

    private static void RequireScores(EsmmScorer scorer, string path)
    {
        ImpressionBatch batch = SmallModels.Batch(scorer.Space, 3, 1);
        Prediction[] predictions = new Prediction[3];
        try
        {
            scorer.Score(batch, scorer.CreateWorkspace(), predictions);
            Assert.All(predictions, p => Assert.True(p is { PCtr: >= 0 and <= 1, PCvr: >= 0 and <= 1, PCtcvr: >= 0 and <= 1 }, p.ToString()));
        }
        catch (EsmmException e)
        {
            Assert.Equal(EsmmErrorKind.Numeric, e.Kind);
            EsmmModel model = EsmmModel.Load(path);
            float largest = model.Bottom.Tables.Select(t => Largest(t.Values)).Append(Largest(model.Towers.Parameters)).Max();
            Assert.InRange(largest, 1e6f, float.MaxValue);
        }
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    private byte[] Save(EsmmModel model)
    {
        string path = Path.Combine(_folder, "good.safetensors");
        model.Save(path);
        return File.ReadAllBytes(path);
    }

    private ForgedModel Forge(byte[] bytes)
    {
        string path = Path.Combine(_folder, "good.safetensors");
        File.WriteAllBytes(path, bytes);
        return ForgedModel.Of(path);
    }
}
