using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Calibration;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>
/// What each piece promises by itself it keeps beside any other: every kind of field (private, shared, lists, sequences, crosses, separate) with
/// every kind of tower, objective, weighting and optimizer, drawn at random; trained, interrupted, calibrated, scored on every path, saved.
/// </summary>
public class WholeModelTests(ITestOutputHelper output)
{
    private const int Rows = 90;
    private const int RowsOfBlocks = 1300; // more than one block of rows

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pieces_drawn_at_random_keep_all_promises_together(int part)
    {
        string path = Path.GetTempFileName();
        int refused = 0, trained = 0;
        try
        {
            for (ulong seed = (ulong)part * 45; seed < (ulong)(part + 1) * 45; seed++)
            {
                (Schema schema, ModelOptions options, TrainingOptions how) = Draw(seed);
                try
                {
                    if (Created(schema, options) is not { } model)
                    {
                        refused++;
                        continue;
                    }

                    Require(model, schema, options, how, seed, path);
                    trained++;
                }
                catch (Exception fault)
                {
                    throw new InvalidOperationException($"seed {seed}, {SmallModels.Shapes[seed % (ulong)SmallModels.Shapes.Length]}, {options}, {how}", fault);
                }
            }
        }
        finally
        {
            File.Delete(path);
        }

        output.WriteLine($"{trained} trained, {refused} refused");
        Assert.True(trained > 2 * refused, $"{trained} trained, {refused} refused");
    }

    private static void Require(EsmmModel model, Schema schema, ModelOptions options, TrainingOptions how, ulong seed, string path)
    {
        // One state on any number of threads, and after an interruption.
        string one = Train(model, how, 1, seed, path), three = Train(Created(schema, options)!, how, 3, seed, null);
        Assert.Equal(one, three);
        using (Trainer resumed = Trainer.Resume(path, 2))
        {
            Step(resumed, seed, 2);
            Step(resumed, seed, 3);
            Assert.Equal(one, resumed.StateDigest());
        }

        // One score on every path, also from a file, calibrated where a model can be.
        if (model.Head == Head.Product)
        {
            int field = Enumerable.Range(0, schema.Fields.Count).FirstOrDefault(f => model.Space.Encoders[f].Dim > 0 && model.Space.Encoders[f].IdWidth == 1 && schema.Fields[f].List is null, -1);
            model.Calibration = Calibrations.Create(field < 0 || seed % 2 == 0 ? null : schema.Fields[field].Name, field < 0 ? 0 : model.Space.Encoders[field].Rows);
        }

        EsmmScorer scorer = new(model);
        RankingRequest request = scorer.CreateRequest(Rows);
        ImpressionBatch batch = DrawnRequest.Fill(scorer, request, Rows, seed), single = model.Space.CreateBatch(1);
        Prediction[] together = new Prediction[Rows], asked = new Prediction[Rows], loaded = new Prediction[Rows], alone = new Prediction[1];
        scorer.Score(batch, scorer.CreateWorkspace(), together);
        scorer.Score(request, asked);
        Assert.Equal(together, asked);
        single.Count = 1;
        for (int r = 0; r < Rows; r += 7)
        {
            batch.CopyRow(r, single, 0);
            scorer.Score(single, scorer.CreateWorkspace(), alone);
            Assert.Equal(together[r], alone[0]);
        }

        model.Save(path);
        EsmmScorer read = EsmmScorer.Load(path);
        read.Score(batch, read.CreateWorkspace(), loaded);
        Assert.Equal(together, loaded);
        Assert.All(together, p => Assert.True(p.PCtr is >= 0 and <= 1 && p.PCvr is >= 0 and <= 1 && p.PCtcvr is >= 0 and <= 1));
    }

    private static string Train(EsmmModel model, TrainingOptions how, int threads, ulong seed, string? checkpoint)
    {
        using Trainer trainer = new(model, how, threads);
        for (ulong step = 0; step < 4; step++)
        {
            Step(trainer, seed, step);
            if (step == 1 && checkpoint is not null)
            {
                trainer.SaveCheckpoint(checkpoint);
            }
        }

        string digest = trainer.StateDigest();
        trainer.Settle();
        return digest;
    }

    private static void Step(Trainer trainer, ulong seed, ulong step)
    {
        FeatureSpace space = trainer.Model.Space;
        int rows = trainer.Options.Batch;
        ImpressionBatch batch = SmallModels.Batch(space, rows, (10 * seed) + step);
        Span<float> weights = batch.Numbers(space.SlotOf(space.FieldIndex("weight")));
        for (int r = 0; r < rows; r++)
        {
            weights[r] = r % 9 == 0 ? 0 : Math.Abs(weights[r]);
            for (int stage = 2; stage < batch.Stages; stage++)
            {
                batch.Labels(stage)[r] = (byte)(batch.Labels(1)[r] & (r % 2));
            }
        }

        trainer.Step(batch);
    }

    /// <summary>The model; null where private fields and the towers don't go together, which must be said.</summary>
    private static EsmmModel? Created(Schema schema, ModelOptions options)
    {
        try
        {
            return SmallModels.Create(options, schema);
        }
        catch (EsmmException fault) when (schema.Fields.Any(f => f.Tasks is not null))
        {
            Assert.Equal(EsmmErrorKind.Config, fault.Kind);
            Assert.Contains("read all fields", fault.Message, StringComparison.Ordinal);
            return null;
        }
    }

    private static (Schema Schema, ModelOptions Options, TrainingOptions How) Draw(ulong seed)
    {
        SplitMix random = new(seed + 77);
        EsmmModel shaped = SmallModels.Create(SmallModels.Shapes[seed % (ulong)SmallModels.Shapes.Length]);
        Schema shape = shaped.Space.Schema;
        (ModelOptions options, int labels, _) = FamilyModels.Random(seed + 1000);
        bool hasPrivate = shape.Fields.Any(f => f.Tasks is not null);
        if (random.NextBelow(hasPrivate ? 4u : 2) > 0)
        {
            // Plain towers, the only ones that private fields go with.
            ModelKind[] kinds = [ModelKind.Esmm, ModelKind.Ctr, ModelKind.Cvr, ModelKind.Chain, ModelKind.Independent, ModelKind.Escm2Ips];
            (labels, options) = (2, new ModelOptions { Seed = seed, Kind = kinds[random.NextBelow((uint)kinds.Length)], CtrTower = options.CtrTower, CvrTower = options.CvrTower });
        }

        string[] heads = [.. shape.Fields.Where(f => !shape.IsAttended(f)).Select(f => f.Name)];
        AuxiliaryOptions[] auxiliary = [.. options.Auxiliary.Select(a => a with { Field = a.Field is null ? null : heads[random.NextBelow((uint)heads.Length)] })];
        AttentionOptions attention = shape.Sequences.Count == 0 ? new() : shaped.Options.Attention;
        Schema schema = shape with { Fields = [.. shape.Fields, SmallModels.Number("weight")], Labels = [.. Enumerable.Range(0, labels).Select(k => new LabelStage { Name = "label" + k })] };
        OptimizerOptions optimizer = new() { Towers = (TowerOptimizer)random.NextBelow(4), Tables = (TableOptimizer)random.NextBelow(6), TableRate = 0.5, InitialSum = 0.1 };
        bool scheduled = optimizer.Towers != TowerOptimizer.Ftrl && optimizer.Tables != TableOptimizer.Ftrl && random.NextBelow(2) == 0, weighted = options.Kind != ModelKind.Cvr;
        TrainingOptions how = new()
        {
            Batch = seed % 15 == 0 ? RowsOfBlocks : Rows,
            Optimizer = optimizer,
            Schedule = scheduled ? new LearningRateSchedule { Kind = (ScheduleKind)random.NextBelow(4), Unit = ScheduleUnit.Steps, Every = 3, WarmupSteps = 2 } : new(),
            ClipNorm = random.NextBelow(2) == 0 ? 0.5 : null,
            TableL2 = random.NextBelow(2) == 0 ? 1e-3 : 0,
            Loss = new LossOptions
            {
                PcGrad = random.NextBelow(4) == 0,
                Weighting = (LossWeightingKind)random.NextBelow(3),
                CtrRowWeight = weighted && random.NextBelow(2) == 0 ? "weight" : null,
                CtcvrRowWeight = weighted && random.NextBelow(3) == 0 ? "weight" : null,
            },
        };
        return (schema, options with { Auxiliary = auxiliary, Attention = attention }, how);
    }
}
