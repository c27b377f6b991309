using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Gradients of whole models against central differences of an independent forward pass in double.</summary>
public class GradientTests(ITestOutputHelper output)
{
    private const double CtrWeight = 1, CtcvrWeight = 0.7;

    public static TheoryData<string> Shapes => SmallModels.AllShapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_gradient_is_the_difference_quotient_of_the_loss(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 23, 3);
        using StepWork work = Work(model, batch.Count);
        work.Gradients(batch, new EntireSpace());
        DoubleModel oracle = new(model);
        Assert.Equal(oracle.Loss(batch), (CtrWeight * work.Memory.Mean(0)) + (CtcvrWeight * work.Memory.Mean(1)), 1e-6);
        double worst = 0;
        for (int t = 0; t < model.Towers.Tensors.Count; t++)
        {
            TowerTensor tensor = model.Towers.Tensors[t];
            float[] actual = EsmmModel.Unpack(tensor, work.TowerGradients);
            worst = Math.Max(worst, Compare(tensor.Name, actual, oracle.Towers[t], oracle, batch));
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

            Assert.Equal(batch.Ids(t)[..batch.Count].ToArray().Where(id => id >= 0).Distinct(), rows.Rows.ToArray());
            worst = Math.Max(worst, Compare(table.Name, actual, oracle.Tables[t], oracle, batch));
        }

        output.WriteLine($"OK max-diff {worst:E2} of the tensor's largest gradient");
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
                SmallModels.CopyRow(all, first + r, part, r);
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
        return new StepWork(model, rows, 1, new EsmmObjective(CtrWeight, CtcvrWeight), null, new AdamOptimizer(options, model.Bottom, model.Towers));
    }

    private static double Compare(string name, float[] actual, double[] parameters, DoubleModel oracle, ImpressionBatch batch)
    {
        double[] expected = new double[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            if (actual.Length > 700 && i % 11 != 0)
            {
                expected[i] = actual[i];
                continue;
            }

            // Small enough that no rectifier turns within the step, large enough for the difference of doubles.
            const double H = 1e-6;
            double saved = parameters[i];
            parameters[i] = saved + H;
            double above = oracle.Loss(batch);
            parameters[i] = saved - H;
            double below = oracle.Loss(batch);
            parameters[i] = saved;
            expected[i] = (above - below) / (2 * H);
        }

        double largest = Math.Max(expected.Max(Math.Abs), 1e-4), worst = 0;
        for (int i = 0; i < parameters.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]) / largest);
        }

        Assert.True(worst < 1e-5, $"{name}: {worst:E3} of the largest gradient");
        return worst;
    }

    /// <summary>ESMM written down once more, plainly and in double; only the order of columns is the engine's.</summary>
    private sealed class DoubleModel
    {
        private readonly EsmmModel _model;

        internal DoubleModel(EsmmModel model)
        {
            _model = model;
            Tables = [.. model.Bottom.Tables.Select(t => t.Values.ToArray().Select(v => (double)v).ToArray())];
            Towers = [.. model.Towers.Tensors.Select(t => EsmmModel.Unpack(t, model.Towers.Parameters).Select(v => (double)v).ToArray())];
        }

        internal double[][] Tables { get; }

        internal double[][] Towers { get; }

        internal double Loss(ImpressionBatch batch)
        {
            double ctr = 0, ctcvr = 0;
            for (int r = 0; r < batch.Count; r++)
            {
                double[] x = Input(batch, r);
                double p = 1 / (1 + Math.Exp(-Logit("ctr", x))), t = p / (1 + Math.Exp(-Logit("cvr", x)));
                bool y = batch.Labels(0)[r] == 1, c = y && batch.Labels(1)[r] == 1;
                ctr -= Math.Log(y ? p : 1 - p);
                ctcvr -= Math.Log(c ? t : 1 - t);
            }

            return ((CtrWeight * ctr) + (CtcvrWeight * ctcvr)) / batch.Count;
        }

        private double[] Input(ImpressionBatch batch, int row)
        {
            InputLayout layout = _model.Bottom.Layout;
            double[] x = new double[layout.Width];
            for (int f = 0; f < _model.Space.Encoders.Count; f++)
            {
                if (_model.Space.Encoders[f].Dim > 0)
                {
                    Embedding(batch, row, f).CopyTo(x, layout.ColumnOfField(f));
                    continue;
                }

                for (int k = 0; k < _model.Space.Encoders[f].NumberWidth; k++)
                {
                    x[layout.ColumnOfField(f) + k] = batch.Numbers(_model.Space.SlotOf(f) + k)[row];
                }
            }

            for (int c = 0; c < layout.Crosses.Count; c++)
            {
                double[] a = Embedding(batch, row, layout.Crosses[c].First), b = Embedding(batch, row, layout.Crosses[c].Second);
                a.Zip(b, (u, v) => u * v).ToArray().CopyTo(x, layout.ColumnOfCross(c));
            }

            return x;
        }

        private double[] Embedding(ImpressionBatch batch, int row, int field)
        {
            int slot = _model.Space.SlotOf(field), dim = _model.Space.Encoders[field].Dim, id = batch.Ids(slot)[row];
            return id < 0 ? new double[dim] : Tables[slot][(id * dim)..((id + 1) * dim)];
        }

        private double Logit(string tower, double[] x)
        {
            double[] h = x;
            int[] kernels = [.. Enumerable.Range(0, Towers.Length).Where(i => _model.Towers.Tensors[i].IsKernel && _model.Towers.Tensors[i].Name.StartsWith(tower, StringComparison.Ordinal))];
            foreach (int k in kernels)
            {
                double[] w = Towers[k], z = [.. Towers[k + 1]];
                for (int i = 0; i < h.Length; i++)
                {
                    for (int j = 0; j < z.Length; j++)
                    {
                        z[j] += h[i] * w[(i * z.Length) + j];
                    }
                }

                h = k == kernels[^1] ? z : [.. z.Select(v => Math.Max(v, 0))];
            }

            return h.Single();
        }
    }
}
