using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Fields that one tower reads, and tables that several fields use.</summary>
public class PrivateFieldTests
{
    [Theory]
    [InlineData("ctr")]
    [InlineData("cvr")]
    public void A_private_field_gets_no_gradient_from_the_other_tower(string other)
    {
        // With the weights of one tower scaled up a thousandfold, only what that tower reads may change.
        EsmmModel model = SmallModels.Create("private"), changed = SmallModels.Create("private");
        foreach (TowerTensor tensor in changed.Towers.Tensors.Where(t => t.Name.StartsWith(other, StringComparison.Ordinal)))
        {
            for (int i = 0; i < tensor.Count; i++)
            {
                changed.Towers.Parameters[tensor.IndexOf(i)] *= 1000;
            }
        }

        ImpressionBatch batch = SmallModels.Batch(model.Space, 40, 3);
        Objective objective = new LogitSum();
        float[][] before = TableGradients(model, batch, objective), after = TableGradients(changed, batch, objective);
        for (int t = 0; t < before.Length; t++)
        {
            string name = model.Bottom.Tables[t].Name;
            bool hidden = name == (other == "ctr" ? "c0" : "r0") || (name == "r2" && other == "ctr");
            Assert.Equal(hidden, before[t].SequenceEqual(after[t]));
            Assert.Contains(before[t], g => g != 0);
        }
    }

    [Fact]
    public void Weights_of_columns_that_a_tower_does_not_read_stay_zero()
    {
        EsmmModel model = SmallModels.Create("private");
        using Trainer trainer = new(model, new TrainingOptions { Batch = 64, LearningRate = 0.1 }, 2);
        for (int step = 0; step < 20; step++)
        {
            trainer.Step(SmallModels.Batch(model.Space, 64, (ulong)step));
        }

        (TowerTensor Kernel, int Row)[] unread = [.. model.Unread()];

        // CTR does not read c0, r2 and two crosses; CVR neither r0, the number with its indicator, nor two crosses.
        Assert.Equal((8 + 3 + (2 * 8)) + (8 + 2 + (2 * 8)), unread.Length);
        Assert.All(unread, u => Assert.All(Enumerable.Range(0, u.Kernel.Shape[1]), n => Assert.Equal(0f, model.Towers.Parameters[u.Kernel.IndexOf((u.Row * u.Kernel.Shape[1]) + n)])));
        Assert.Equal(model.Towers.Tensors.Sum(t => (long)t.Count) - unread.Sum(u => u.Kernel.Shape[1]), model.TowerParameters);
    }

    [Fact]
    public void A_file_with_a_weight_of_a_column_that_the_tower_does_not_read_is_refused()
    {
        EsmmModel model = SmallModels.Create("private");
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            model.Save(path);
            Assert.Equal(model.WeightsDigest(), EsmmModel.Load(path).WeightsDigest());
            (TowerTensor kernel, int row) = model.Unread().Last();
            model.Towers.Parameters[kernel.IndexOf(row * kernel.Shape[1])] = 1;
            model.Save(path);
            EsmmException fault = Assert.Throws<EsmmException>(() => EsmmModel.Load(path));
            Assert.Equal(EsmmErrorKind.ModelFile, fault.Kind);
            Assert.Contains("cvr.dense0.kernel", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Models_without_private_fields_have_the_layout_and_the_weights_they_had()
    {
        EsmmModel plain = SmallModels.Create("allCrosses");
        Assert.False(plain.Bottom.Layout.HasPrivate);
        Assert.All(plain.Bottom.Layout.Groups, g => Assert.Equal(-1, g.Tasks));
        EsmmModel listed = SmallModels.Create(plain.Options, [.. plain.Space.Schema.Fields.Select(f => f with { Tasks = ["cvr", "ctr"] })], [.. plain.Space.Schema.Crosses]);
        Assert.Equal(plain.Bottom.Layout.Groups, listed.Bottom.Layout.Groups);
        Assert.Equal(plain.WeightsDigest(), listed.WeightsDigest());
    }

    [Fact]
    public void Fields_that_share_a_table_train_one_table()
    {
        EsmmModel model = SmallModels.Create("sharedTables");
        Assert.Equal(["r0", "c0", "r1", "c1", "r2"], model.Bottom.Tables.Select(t => t.Name));
        ImpressionBatch batch = SmallModels.Batch(model.Space, 1, 1);
        foreach (string field in (string[])["c0", "c3", "r3"])
        {
            batch.Ids(model.Space.SlotOf(model.Space.FieldIndex(field)))[0] = 17;
        }

        using Trainer trainer = new(model, new TrainingOptions { Batch = 8 }, 1);
        float[] before = model.Bottom.Tables[1].Row(17).ToArray();
        trainer.Step(batch);
        Assert.NotEqual(before, model.Bottom.Tables[1].Row(17).ToArray());
    }

    [Fact]
    public void Fields_that_share_a_vocabulary_count_into_one_and_keep_it_in_the_file()
    {
        VocabularyField item = new() { Name = "item", Dim = 4, MinCount = 2 };
        Schema schema = SmallModels.Schema([item with { Name = "last", Shares = "item", Side = Side.Request }, item, SmallModels.Number("n")]);
        FeatureLearner learner = new(schema);
        foreach ((string last, string now) in (ReadOnlySpan<(string, string)>)[("a", "b"), ("b", "c"), ("d", "a"), ("a", "e")])
        {
            learner.Observe(0, last);
            learner.Observe(1, now);
            learner.Observe(2, "1");
        }

        FeatureSpace space = learner.Build();
        VocabularyEncoder first = (VocabularyEncoder)space.Encoders[0], second = (VocabularyEncoder)space.Encoders[1];
        Assert.Equal((2, 2), (first.Entries, second.Entries)); // a three times, b twice
        Assert.Equal(first.IdOf("b"u8), second.IdOf("b"u8));
        Assert.Equal(0, second.IdOf("e"u8));

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            EsmmModel model = EsmmModel.Create(space, new ModelOptions { CtrTower = [4], CvrTower = [4] });
            model.Save(path);
            EsmmModel loaded = EsmmModel.Load(path);
            Assert.Equal(model.WeightsDigest(), loaded.WeightsDigest());
            Assert.Equal(model.Space.ToJson(), loaded.Space.ToJson());
            Assert.Equal(first.IdOf("b"u8), ((VocabularyEncoder)loaded.Space.Encoders[0]).IdOf("b"u8));
            Assert.Equal(0, loaded.Space.TableOf(0));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static float[][] TableGradients(EsmmModel model, ImpressionBatch batch, Objective objective)
    {
        TrainingOptions options = new() { Batch = batch.Count };
        using StepWork work = new(model, batch.Count, 1, objective, null, new Optimizer(options, model.Bottom, model.Towers));
        work.Gradients(batch, new EntireSpace());
        return [.. Enumerable.Range(0, model.Bottom.Tables.Count).Select(t => work.RowGradientsOf(t).Gradients.ToArray())];
    }

    /// <summary>The sum of the logits: its slopes are 1 whatever the weights are, so that a gradient changes only by what the towers read.</summary>
    private sealed class LogitSum : Objective
    {
        public override IReadOnlyList<string> Losses { get; } = ["sum"];

        public override void Slopes(in ObjectiveRows rows)
        {
            for (int r = 0; r < rows.Count; r++)
            {
                rows.DLogits(EsmmModel.Ctr)[r] = 1;
                rows.DLogits(EsmmModel.Cvr)[r] = 1;
            }
        }
    }
}
