using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Golden;

/// <summary>Replays the golden files: forward, losses, gradients and ten steps against libtorch in float64.</summary>
public class GoldenReplayTests(ITestOutputHelper output)
{
    // Ten steps move a weight by up to 0.1; float32 drifts from float64 by a few 1e-7 (measured 2e-7).
    private const double WeightTolerance = 1e-6;

    // Adam divides by the root of v: where the first gradient of a weight is this small, its sign is decided by rounding.
    private const double GradientThatMatters = 1e-6;

    // How tables are updated; towers are always dense, with ε as in Algorithm 1 of the paper.
    private enum TableUpdate
    {
        Ours,
        Dense,
        SparseForm,
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("article-shaped")]
    public void Forward_and_losses_are_those_of_the_reference(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        using Replay replay = new(golden, TableUpdate.Ours);
        replay.Gradients(0, golden.Rows);
        ForwardPass pass = new(replay.Model);
        double[] a = new double[golden.Rows], b = new double[golden.Rows];
        ImpressionBatch batch = golden.Batch(replay.Model.Space, 0, golden.Rows);
        for (int r = 0; r < golden.Rows; r++)
        {
            pass.Run(batch, r, 1);
            (a[r], b[r]) = (pass.Workspace.Logits(EsmmModel.Ctr)[0], pass.Workspace.Logits(EsmmModel.Cvr)[0]);
        }

        Board("a", a, golden.Forward("a"), 2e-6);
        Board("b", b, golden.Forward("b"), 2e-6);
        double[] p = new double[a.Length], q = new double[a.Length], t = new double[a.Length];
        for (int r = 0; r < a.Length; r++)
        {
            SigmoidProduct.Predict(a[r], b[r], out p[r], out q[r], out t[r]);
        }

        Board("pCtr", p, golden.Forward("pCtr"), 1e-6);
        Board("pCvr", q, golden.Forward("pCvr"), 1e-6);
        Board("pCtcvr", t, golden.Forward("pCtcvr"), 1e-6);
        double ctr = replay.Work.Memory.Mean(0), ctcvr = replay.Work.Memory.Mean(1);
        Board("loss ctr", [ctr], [golden["losses"].GetProperty("ctr").GetDouble()], 1e-6);
        Board("loss ctcvr", [ctcvr], [golden["losses"].GetProperty("ctcvr").GetDouble()], 1e-6);
        double total = (golden.Options.CtrWeight * ctr) + (golden.Options.CtcvrWeight * ctcvr);
        Board("loss total", [total], [golden["losses"].GetProperty("total").GetDouble()], 1e-6);
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("article-shaped")]
    public void Every_gradient_is_that_of_the_reference(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        using Replay replay = new(golden, TableUpdate.Ours);
        replay.Gradients(0, golden.Rows);
        Dictionary<string, double[]> expected = golden.Tensors("gradients"), actual = replay.GradientTensors();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string tensor, double[] values) in expected)
        {
            Board("gradient " + tensor, actual[tensor], values, 1e-5 * values.Max(Math.Abs));
        }
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("article-shaped")]
    public void Ten_steps_of_lazy_Adam_are_those_of_the_reference(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        using Replay replay = new(golden, TableUpdate.Ours);
        replay.Run();
        Compare(replay, replay.Weights(), golden.Tensors("training", "lazyAdam", "weights"), "weight ", _ => WeightTolerance);
        Compare(replay, replay.Moments(first: true), golden.Tensors("training", "lazyAdam", "firstMoments"), "m ", _ => 1e-6);
        Compare(replay, replay.Moments(first: false), golden.Tensors("training", "lazyAdam", "secondMoments"), "v ", values => 1e-5 * values.Max());
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("article-shaped")]
    public void Trainer_takes_the_same_steps(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        using Replay replay = new(golden, TableUpdate.Ours);
        replay.Run();
        EsmmModel model = golden.CreateModel();
        using Trainer trainer = new(model, golden.Options, threads: 2);
        foreach ((int start, int end) in golden.Steps)
        {
            trainer.Step(golden.Batch(model.Space, start, end));
        }

        Assert.Equal(replay.Model.WeightsDigest(), model.WeightsDigest());
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("article-shaped")]
    public void Dense_Adam_over_whole_tables_is_the_dense_reference_and_differs_from_lazy_where_rows_rest(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        Dictionary<string, double[]> expected = golden.Tensors("training", "denseAdam", "weights");
        using Replay dense = new(golden, TableUpdate.Dense);
        dense.Run();
        Compare(dense, dense.Weights(), expected, "dense weight ", _ => WeightTolerance);

        // Lazy: rows that occur in every step or in none agree with a dense update of the same gradients; rows that rest for a step do not.
        using Replay lazy = new(golden, TableUpdate.Ours);
        lazy.Run();
        double resting = 0, untouched = 0;
        foreach (EmbeddingTable table in lazy.Model.Bottom.Tables)
        {
            double[] reference = expected["emb." + table.Name + ".weight"];
            for (int i = 0; i < reference.Length; i++)
            {
                double difference = Math.Abs(table.Values[i] - reference[i]);
                switch (lazy.Touches(table.Name, i / table.Dim))
                {
                    case 0:
                        untouched = Math.Max(untouched, difference);
                        break;
                    case int touches when touches < golden.Steps.Length:
                        resting = Math.Max(resting, difference);
                        break;
                }
            }
        }

        output.WriteLine($"lazy against dense: rows that rest differ by up to {resting:E2}, rows that never occur by {untouched:E2}");
        Assert.True(resting > 1e-3);
        Assert.True(untouched < 1e-7);
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("article-shaped")]
    public void Epsilon_of_SparseAdam_is_another_form_and_is_reproduced_by_a_variant(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        Dictionary<string, double[]> expected = golden.Tensors("training", "sparseAdam", "weights");
        using Replay sparse = new(golden, TableUpdate.SparseForm);
        sparse.Run();
        Compare(sparse, sparse.Weights(), expected, "sparse form ", _ => WeightTolerance);

        using Replay ours = new(golden, TableUpdate.Ours);
        ours.Run();
        Dictionary<string, double[]> weights = ours.Weights(), lazy = golden.Tensors("training", "lazyAdam", "weights");
        double promised = lazy.Max(t => Difference(t.Value, expected[t.Key])), found = weights.Max(t => Difference(t.Value, expected[t.Key]));
        output.WriteLine($"the two forms of epsilon differ by up to {promised:E3} in the reference, {found:E3} here");
        Assert.InRange(found, 0.9 * promised, 1.1 * promised);
        Assert.True(found >= 1e-4);
    }

    private static double Difference(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private void Compare(Replay replay, Dictionary<string, double[]> actual, Dictionary<string, double[]> expected, string what, Func<double[], double> tolerance)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string tensor, double[] values) in expected)
        {
            bool[] matters = [.. replay.SmallestGradients[tensor].Select(g => g > GradientThatMatters)];
            Assert.True(matters.Count(m => m) >= 0.9 * matters.Length, tensor + ": too many gradients are too small to compare");
            Board(what + tensor, [.. actual[tensor].Where((_, i) => matters[i])], [.. values.Where((_, i) => matters[i])], tolerance(values));
        }
    }

    private void Board(string what, double[] actual, double[] expected, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = Difference([0, .. actual], [0, .. expected]);
        output.WriteLine($"{(worst <= tolerance ? "OK " : "BAD")} max-diff {worst:E2} (allowed {tolerance:E2}) {what} [{actual.Length}]");
        Assert.True(worst <= tolerance, $"{what}: differs by {worst:E3}, allowed {tolerance:E3}");
    }

    /// <summary>The engine's own step, with the update of tables exchangeable.</summary>
    private sealed class Replay : IDisposable
    {
        private readonly GoldenFile _golden;
        private readonly TableUpdate _update;
        private readonly Optimizer _adam;
        private readonly Dictionary<(string, int), int> _touches = [];

        internal Replay(GoldenFile golden, TableUpdate update)
        {
            (_golden, _update) = (golden, update);
            Model = golden.CreateModel();
            _adam = new Optimizer(golden.Options, Model.Bottom, Model.Towers);
            Work = new StepWork(Model, golden.Rows, 1, new EsmmObjective(golden.Options.CtrWeight, golden.Options.CtcvrWeight), null, _adam);
        }

        internal EsmmModel Model { get; }

        internal StepWork Work { get; }

        /// <summary>The smallest gradient other than 0 that each weight has seen; infinity if none.</summary>
        internal Dictionary<string, double[]> SmallestGradients { get; } = [];

        internal int Touches(string table, int row) => _touches.GetValueOrDefault((table, row));

        internal void Gradients(int start, int end) => Work.Gradients(_golden.Batch(Model.Space, start, end), new EntireSpace());

        internal void Run()
        {
            int t = 0;
            foreach ((int start, int end) in _golden.Steps)
            {
                Gradients(start, end);
                Note();
                _adam.BeginStep();
                t++;
                if (_update == TableUpdate.Ours)
                {
                    Work.Update(end - start);
                    continue;
                }

                _adam.StepTowers(Model.Towers, Work.TowerGradients, 0, Work.TowerGradients.Length);
                for (int i = 0; i < Model.Bottom.Tables.Count; i++)
                {
                    UpdateTable(i, t);
                }

                for (int tile = 0; tile < Model.Towers.WeightTiles; tile++)
                {
                    Model.Towers.PrepareBackward(tile);
                }
            }
        }

        internal Dictionary<string, double[]> GradientTensors()
        {
            Dictionary<string, double[]> tensors = Named(Work.TowerGradients);
            for (int t = 0; t < Model.Bottom.Tables.Count; t++)
            {
                EmbeddingTable table = Model.Bottom.Tables[t];
                tensors.Add("emb." + table.Name + ".weight", [.. GoldenFile.Spread(table, Work.RowGradientsOf(t)).Select(v => (double)v)]);
            }

            return tensors;
        }

        internal Dictionary<string, double[]> Weights()
        {
            Dictionary<string, double[]> tensors = Named(Model.Towers.Parameters);
            foreach (EmbeddingTable table in Model.Bottom.Tables)
            {
                tensors.Add("emb." + table.Name + ".weight", [.. table.Values.ToArray().Select(v => (double)v)]);
            }

            return tensors;
        }

        internal Dictionary<string, double[]> Moments(bool first)
        {
            Dictionary<string, double[]> tensors = Named(first ? _adam.TowerState[0].Span : _adam.TowerState[1].Span);
            for (int t = 0; t < Model.Bottom.Tables.Count; t++)
            {
                tensors.Add("emb." + Model.Bottom.Tables[t].Name + ".weight", [.. (first ? _adam.TableState(t)[0] : _adam.TableState(t)[1]).Span.ToArray().Select(v => (double)v)]);
            }

            return tensors;
        }

        public void Dispose() => Work.Dispose();

        // Dense: every row, a gradient of 0 where a row does not occur. Sparse form: rows of the batch, ε divided by √(1 − β2^t).
        private void UpdateTable(int index, int t)
        {
            TrainingOptions o = _golden.Options;
            double root = Math.Sqrt(1 - Math.Pow(o.Beta2, t)), epsilon = _update == TableUpdate.SparseForm ? o.Epsilon / root : o.Epsilon;
            AdamConstants constants = new(
                (float)o.Beta1, (float)o.Beta2, (float)(1 - o.Beta1), (float)(1 - o.Beta2), (float)(o.LearningRate / (1 - Math.Pow(o.Beta1, t))), (float)(1 / (root * root)), (float)epsilon);
            EmbeddingTable table = Model.Bottom.Tables[index];
            Span<float> m = _adam.TableState(index)[0].Span, v = _adam.TableState(index)[1].Span;
            RowGradients rows = Work.RowGradientsOf(index);
            float[] gradients = GoldenFile.Spread(table, rows);
            for (int row = 0; row < table.Rows; row++)
            {
                if (_update == TableUpdate.Dense || rows.Rows.Contains(row))
                {
                    int at = row * table.Dim;
                    AdamUpdate.Definition(gradients.AsSpan(at, table.Dim), table.Row(row), m.Slice(at, table.Dim), v.Slice(at, table.Dim), constants);
                }
            }
        }

        private void Note()
        {
            for (int t = 0; t < Model.Bottom.Tables.Count; t++)
            {
                foreach (int row in Work.RowGradientsOf(t).Rows)
                {
                    _touches[(Model.Bottom.Tables[t].Name, row)] = Touches(Model.Bottom.Tables[t].Name, row) + 1;
                }
            }

            foreach ((string name, double[] gradient) in GradientTensors())
            {
                if (!SmallestGradients.TryGetValue(name, out double[]? smallest))
                {
                    SmallestGradients[name] = smallest = [.. gradient.Select(_ => double.PositiveInfinity)];
                }

                for (int i = 0; i < gradient.Length; i++)
                {
                    smallest[i] = gradient[i] == 0 ? smallest[i] : Math.Min(smallest[i], Math.Abs(gradient[i]));
                }
            }
        }

        private Dictionary<string, double[]> Named(ReadOnlySpan<float> block) => GoldenFile.TowerTensors(Model, block);
    }
}
