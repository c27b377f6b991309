using EsmmLite.Features;
using EsmmLite.Memory;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.DigestProbe;

/// <summary>
/// What training and scoring hold of managed memory, with one table so large that its weights can be told from everything else. It takes a
/// process that does nothing else: memory is what lives now less what lived before, and in a process of tests others' garbage dies in between.
/// </summary>
public static class MemoryProbe
{
    public const int Rows = 3_000_000, Dim = 16;

    private const int FewRows = 1_000;

    /// <summary>Prints what is held, what making it allocated, and the parts it counts itself: a name, a tab and bytes a line.</summary>
    /// <param name="what"><c>training</c>, <c>saving</c>, <c>scoring</c> or <c>bfloat16</c>.</param>
    /// <param name="path">The model file that is written or read.</param>
    public static void Print(string what, string path)
    {
        // The same with a small table first: code that runs once is compiled, and buffers that are kept for the next time are there.
        string small = path + ".small";
        Create(FewRows).Save(small);
        Measure(what, small, FewRows);
        File.Delete(small);

        (long held, long allocated, IReadOnlyList<MemoryPart> parts) = Measure(what, path, Rows);
        Console.WriteLine($"held\t{held}");
        Console.WriteLine($"allocated\t{allocated}");
        foreach (MemoryPart part in parts)
        {
            Console.WriteLine($"part {part.Kind}\t{part.Bytes}");
        }
    }

    private static (long Held, long Allocated, IReadOnlyList<MemoryPart> Parts) Measure(string what, string path, int rows)
    {
        switch (what)
        {
            case "training":
                (Trainer trainer, long held, long allocated) = Look(() => new Trainer(Create(rows), new TrainingOptions { Batch = 256 }, 1));
                using (trainer)
                {
                    trainer.Step(Batch(trainer.Model.Space, 256));
                    return (held, allocated, trainer.MemoryParts());
                }

            case "saving":
                EsmmModel model = Create(rows);
                (string _, held, allocated) = Look(() =>
                {
                    model.Save(path);
                    return path;
                });
                GC.KeepAlive(model);
                return (held, allocated, []);
            case "scoring" or "bfloat16":
                (EsmmScorer scorer, held, allocated) = Look(() => EsmmScorer.Load(path, new ScorerOptions { Weights = what == "scoring" ? WeightFormat.Float32 : WeightFormat.BFloat16 }));
                return (held, allocated, scorer.MemoryParts());
            default:
                throw new ArgumentException("unknown: " + what);
        }
    }

    private static (T Made, long Held, long Allocated) Look<T>(Func<T> make)
    {
        long before = Living(), allocated = GC.GetTotalAllocatedBytes(true);
        T made = make();
        allocated = GC.GetTotalAllocatedBytes(true) - allocated;
        long held = Living() - before;
        GC.KeepAlive(made);
        return (made, held, allocated);
    }

    private static long Living()
    {
        // Twice: what a finaliser lets go of dies in the second.
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(true);
    }

    private static EsmmModel Create(int rows) => EsmmModel.Create(
        FeatureSpace.FromSchema(new Schema
        {
            Fields = [new HashedField { Name = "user", Buckets = rows, Dim = Dim, Side = Side.Request }, new HashedField { Name = "item", Buckets = 100, Dim = Dim }],
            Crosses = [new Cross("user", "item")],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        }),
        new ModelOptions { CtrTower = [512, 128], CvrTower = [64] });

    private static ImpressionBatch Batch(FeatureSpace space, int rows)
    {
        ImpressionBatch batch = space.CreateBatch(rows);
        batch.Count = rows;
        for (int slot = 0; slot < batch.IdSlots; slot++)
        {
            for (int r = 0; r < rows; r++)
            {
                batch.Ids(slot)[r] = r % 100;
            }
        }

        return batch;
    }
}
