using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Gradients of whole models against central differences of an independent forward pass in double.</summary>
public class GradientTests(ITestOutputHelper output)
{
    internal const double CtrWeight = 1, CtcvrWeight = 0.7;

    public static TheoryData<string> Shapes => SmallModels.AllShapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_gradient_is_the_difference_quotient_of_the_loss(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 23, 3);
        using StepWork work = Work(model, batch.Count);
        work.Gradients(batch, new EntireSpace());

        // A loss through activation units costs ten times as much, once for every difference.
        int mostDifferences = shape.StartsWith("din", StringComparison.Ordinal) ? 60 : 400;
        output.WriteLine($"OK max-diff {Worst(model, work, batch, mostDifferences):E2} of the tensor's largest gradient");
    }

    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 12)]
    [InlineData(5, 12)]
    [InlineData(33, 10)]
    [InlineData(300, 4)]
    public void Gradients_of_separate_fields_are_the_difference_quotients_of_the_loss(int rows, int seeds)
    {
        double worst = 0;
        for (int seed = 0; seed < seeds; seed++)
        {
            // Every other model has separate fields only; in some batches a field, or all of them, have no value.
            EsmmModel model = SeparateModels.Create(seed, all: seed % 2 == 1);
            ImpressionBatch batch = SeparateModels.Batch(model.Space, rows, (Repeats)(seed % 3), (ulong)seed, capacity: 400);
            for (int slot = 0; slot < batch.IdSlots && seed % 4 == 2; slot += seed % 8 == 2 ? 1 : 3)
            {
                batch.Ids(slot).Fill(ImpressionBatch.MissingId);
            }

            // What a larger batch left behind must not be seen.
            using StepWork work = Work(model, batch.Capacity);
            work.Gradients(SeparateModels.Batch(model.Space, 400, Repeats.Somewhat, 99), new EntireSpace());
            work.Gradients(batch, new EntireSpace());
            worst = Math.Max(worst, Worst(model, work, batch, mostDifferences: Math.Min(60, 1000 / rows)));
        }

        output.WriteLine($"OK max-diff {worst:E2} of the tensor's largest gradient");
    }

    private static double Worst(EsmmModel model, StepWork work, ImpressionBatch batch, int mostDifferences = 400)
    {
        DoubleModel oracle = new(model);
        Assert.Equal(oracle.Loss(batch), (CtrWeight * work.Memory.Mean(0)) + (CtcvrWeight * work.Memory.Mean(1)), 1e-6);
        double worst = 0;
        for (int t = 0; t < model.Towers.Tensors.Count; t++)
        {
            TowerTensor tensor = model.Towers.Tensors[t];
            float[] actual = EsmmModel.Unpack(tensor, work.TowerGradients);
            worst = Math.Max(worst, Compare(tensor.Name, actual, oracle.Towers[t], oracle, batch, Scale(tensor), Sample([.. Enumerable.Range(0, actual.Length)], mostDifferences)));
        }

        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            EmbeddingTable table = model.Bottom.Tables[t];
            float[] actual = new float[table.Rows * table.Dim];
            RowGradients rows = work.RowGradientsOf(t);
            for (int i = 0; i < rows.Count; i++)
            {
                rows.Gradients.Slice(i * table.Dim, table.Dim).CopyTo(actual.AsSpan(rows.Rows[i] * table.Dim));
            }

            // Impression by impression, field by field.
            int[] fields = [.. Enumerable.Range(0, model.Space.Encoders.Count).Where(f => model.Space.TableOf(f) == t)];
            Assert.Equal(Enumerable.Range(0, batch.Count).SelectMany(r => fields.SelectMany(f => Ids(model.Space, batch, r, f))).Distinct(), rows.Rows.ToArray());

            // Rows that the batch does not use have no gradient, by definition of the oracle.
            int[] touched = [.. rows.Rows.ToArray().SelectMany(row => Enumerable.Range(row * table.Dim, table.Dim))];
            worst = Math.Max(worst, Compare(table.Name, actual, oracle.Tables[t], oracle, batch, 1e-4, Sample(touched, mostDifferences)));
        }

        return worst;
    }

    /// <summary>The rows that a field of an impression uses, value by value.</summary>
    private static IEnumerable<int> Ids(FeatureSpace space, ImpressionBatch batch, int row, int field) => Enumerable.Range(0, space.Encoders[field].IdWidth)
        .Where(k => space.WeightSlotOf(field) < 0 || batch.Numbers(space.WeightSlotOf(field) + k)[row] > 0)
        .Select(k => batch.Ids(space.SlotOf(field) + k)[row]).Where(id => id >= 0);

    /// <summary>The least that counts as a tensor's largest gradient: those of a bias are sums of slopes, which may cancel, and are measured by the slopes' size.</summary>
    private static double Scale(TowerTensor tensor) => tensor.IsKernel ? 1e-4 : 1e-2;

    private static int[] Sample(int[] entries, int most)
    {
        new SplitMix(1).Shuffle(entries);
        return entries[..Math.Min(most, entries.Length)];
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Gradients_over_several_blocks_are_those_of_one_pass_over_all_rows(string shape)
    {
        // More rows than a block holds: the sums go on from block to block.
        EsmmModel model = SmallModels.Create(shape);
        const int Rows = 2500;
        ImpressionBatch all = SmallModels.Batch(model.Space, Rows, 5);
        using StepWork whole = Work(model, Rows);
        whole.Gradients(all, new EntireSpace());
        double[] sum = new double[whole.TowerGradients.Length];
        for (int first = 0; first < Rows; first += 50)
        {
            ImpressionBatch part = model.Space.CreateBatch(50);
            part.Count = 50;
            for (int r = 0; r < 50; r++)
            {
                all.CopyRow(first + r, part, r);
            }

            using StepWork work = Work(model, 50);
            work.Gradients(part, new EntireSpace());
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += work.TowerGradients[i] * 50.0 / Rows;
            }
        }

        double largest = sum.Max(Math.Abs);
        for (int i = 0; i < sum.Length; i++)
        {
            Assert.True(Math.Abs(sum[i] - whole.TowerGradients[i]) <= 2e-6 * largest);
        }
    }

    private static StepWork Work(EsmmModel model, int rows)
    {
        TrainingOptions options = new() { Batch = rows };
        return new StepWork(model, rows, 1, new EsmmObjective(CtrWeight, CtcvrWeight), null, new Optimizer(options, model.Bottom, model.Towers));
    }

    private static double Compare(string name, float[] actual, double[] parameters, DoubleModel oracle, ImpressionBatch batch, double scale, int[] entries)
    {
        double largest = scale, worst = 0, middle = oracle.Loss(batch);
        foreach (int i in entries)
        {
            // Small enough that a rectifier seldom turns within the step, large enough for the difference of doubles. Where one turns
            // on one side of the weight, the other side has the derivative.
            const double H = 1e-6;
            double saved = parameters[i];
            parameters[i] = saved + H;
            double above = oracle.Loss(batch);
            parameters[i] = saved - H;
            double below = oracle.Loss(batch);
            parameters[i] = saved;
            double expected = (above - below) / (2 * H);
            largest = Math.Max(largest, Math.Abs(expected));
            double off = Math.Min(Math.Abs(expected - actual[i]), Math.Min(Math.Abs(((above - middle) / H) - actual[i]), Math.Abs(((middle - below) / H) - actual[i])));
            worst = Math.Max(worst, off);
        }

        worst /= largest;
        Assert.True(worst < 1e-5, $"{name}: {worst:E3} of the largest gradient");
        return worst;
    }
}
