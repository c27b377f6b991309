using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Tests.Kernels;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Separate fields in training: one result for any number of threads and any capacity, and the gradients they would have if they were not separate.</summary>
public class SeparateTrainingTests(ITestOutputHelper output)
{
    private const int Capacity = 400;

    [Fact]
    public void Any_number_of_threads_reaches_the_same_state()
    {
        foreach (int steps in (int[])[1, 10])
        {
            for (int seed = 0; seed < 16; seed++)
            {
                string expected = State(seed, 1, steps, Capacity);
                Assert.Equal(expected, State(seed, 2, steps, Capacity));
                Assert.Equal(expected, State(seed, 3, steps, Capacity));
                Assert.Equal(expected, State(seed, 2, steps, 300));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(33)]
    [InlineData(300)]
    public void The_same_model_without_separate_fields_has_the_same_gradients(int rows)
    {
        double worst = 0;
        for (int seed = 0; seed < 24; seed++)
        {
            EsmmModel separate = SeparateModels.Create(seed, all: seed % 2 == 1), plain = SeparateModels.WithoutSeparateFields(separate);
            ImpressionBatch batch = SeparateModels.Batch(separate.Space, rows, (Repeats)(seed % 3), (ulong)seed, Capacity);
            GradientCombiner? combiner = seed % 4 == 3 ? new FirstLossTwice() : null;
            worst = Math.Max(worst, Compare(separate, plain, batch, combiner));
        }

        output.WriteLine($"OK max-diff {worst:E2} of the tensor's largest gradient");
    }

    [Fact]
    public void A_batch_whose_values_are_all_missing_moves_no_row_and_leaves_the_kernels_of_its_fields_alone()
    {
        EsmmModel model = SeparateModels.Create(2, all: true);
        ImpressionBatch batch = SeparateModels.Batch(model.Space, 33, Repeats.Somewhat, 2, Capacity);
        using StepWork work = Work(model, null);
        work.Gradients(batch, new EntireSpace());
        for (int slot = 0; slot < batch.IdSlots; slot++)
        {
            batch.Ids(slot).Fill(ImpressionBatch.MissingId);
        }

        work.Gradients(batch, new EntireSpace());
        foreach (TowerTensor kernel in model.Towers.Tensors.Where(t => t.Name.EndsWith("dense0.kernel", StringComparison.Ordinal)))
        {
            float[] gradient = EsmmModel.Unpack(kernel, work.TowerGradients);
            foreach (InputGroup group in model.Bottom.Layout.Groups.Where(g => g.Field >= 0 && model.Space.Encoders[g.Field].Dim > 0))
            {
                Assert.Equal(new float[group.Width * kernel.Shape[1]], gradient.AsSpan(group.Start * kernel.Shape[1], group.Width * kernel.Shape[1]).ToArray());
            }
        }

        Assert.All(Enumerable.Range(0, batch.IdSlots), t => Assert.Equal(0, work.RowGradientsOf(t).Count));
        using Trainer trainer = new(model, new TrainingOptions { Batch = Capacity }, 2);
        float[][] before = [.. model.Bottom.Tables.Select(t => t.Values.ToArray())];
        Assert.Equal(0, trainer.Step(batch).RowsTouched);
        Assert.All(Enumerable.Range(0, before.Length), t => Assert.Equal(before[t], model.Bottom.Tables[t].Values.ToArray()));
    }

    /// <summary>The digest after batches of several sizes, with ids that repeat much or never.</summary>
    private static string State(int seed, int threads, int steps, int capacity)
    {
        EsmmModel model = SeparateModels.Create(seed);
        using Trainer trainer = new(model, new TrainingOptions { Batch = capacity }, threads);
        int[] sizes = [300, 1, 33, 2, 5];
        for (int s = 0; s < steps; s++)
        {
            trainer.Step(SeparateModels.Batch(model.Space, sizes[(s + seed) % sizes.Length], (Repeats)((s + seed) % 3), (ulong)s, capacity));
        }

        return trainer.StateDigest();
    }

    private static double Compare(EsmmModel separate, EsmmModel plain, ImpressionBatch batch, GradientCombiner? combiner)
    {
        using StepWork a = Work(separate, combiner), b = Work(plain, combiner);
        a.Gradients(batch, new EntireSpace());
        b.Gradients(batch, new EntireSpace());
        double worst = 0;
        int[] column = SeparateModels.Columns(separate, plain);
        for (int t = 0; t < separate.Towers.Tensors.Count; t++)
        {
            TowerTensor tensor = separate.Towers.Tensors[t];
            float[] actual = SeparateModels.Reordered(tensor, EsmmModel.Unpack(tensor, a.TowerGradients), column);
            worst = Math.Max(worst, Difference(tensor.Name, tensor.IsKernel && tensor.Count > 1 ? 1e-6 : 1e-2, EsmmModel.Unpack(plain.Towers.Tensors[t], b.TowerGradients), actual));
        }

        for (int t = 0; t < separate.Bottom.Tables.Count; t++)
        {
            Assert.Equal(b.RowGradientsOf(t).Rows.ToArray(), a.RowGradientsOf(t).Rows.ToArray());
            worst = Math.Max(worst, Difference(separate.Bottom.Tables[t].Name, 1e-6, b.RowGradientsOf(t).Gradients, a.RowGradientsOf(t).Gradients));
        }

        return worst;
    }

    /// <param name="name">Of the tensor.</param>
    /// <param name="scale">The least that counts as its largest gradient: those of a bias or a single weight are sums that may cancel.</param>
    /// <param name="expected">Gradients without separate fields.</param>
    /// <param name="actual">Gradients with them.</param>
    private static double Difference(string name, double scale, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = scale, worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            worst = Math.Max(worst, Math.Abs((double)expected[i] - actual[i]));
        }

        Assert.True(worst <= 1e-5 * largest, $"{name}: {worst / largest:E3} of the largest gradient");
        return worst / largest;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(2900)]
    public void Block_by_block_and_the_whole_batch_at_once_have_the_same_bits(int rows)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            EsmmModel model = SeparateModels.Create(seed, all: seed % 2 == 1);
            using StepWork blocks = Work(model, null, rows, fewRows: int.MaxValue, threads: 1 + (seed % 3)), whole = Work(model, null, rows, fewRows: 0);
            foreach (ulong batchSeed in (ulong[])[1, 2])
            {
                ImpressionBatch batch = SeparateModels.Batch(model.Space, rows, (Repeats)(seed % 3), batchSeed);
                blocks.Gradients(batch, new EntireSpace());
                whole.Gradients(batch, new EntireSpace());
                Assert.True(FloatBits.Same(whole.TowerGradients.ToArray(), blocks.TowerGradients.ToArray()), $"towers, seed {seed}");
                for (int t = 0; t < batch.IdSlots; t++)
                {
                    Assert.Equal(whole.RowGradientsOf(t).Rows.ToArray(), blocks.RowGradientsOf(t).Rows.ToArray());
                    Assert.True(FloatBits.Same(whole.RowGradientsOf(t).Gradients.ToArray(), blocks.RowGradientsOf(t).Gradients.ToArray()), $"table {t}, seed {seed}");
                }
            }
        }
    }

    private static StepWork Work(EsmmModel model, GradientCombiner? combiner, int capacity = Capacity, int fewRows = DistinctInputs.FewRows, int threads = 1)
    {
        Optimizer adam = new(new TrainingOptions { Batch = capacity }, model.Bottom, model.Towers);
        return new StepWork(model, capacity, threads, new EsmmObjective(1, 0.7), combiner, adam, fewRows: fewRows);
    }

    private sealed class FirstLossTwice : GradientCombiner
    {
        public override void Combine(ReadOnlySpan<double> gram, Span<double> coefficients) => (coefficients[0], coefficients[1]) = (2, 0);
    }
}
