using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Tiny;

namespace EsmmLite.Tests.Oracle;

public class TinyEsmmTests
{
    [Fact]
    public void TrainsToTheWeightsItHasAlwaysTrainedTo()
    {
        TinyConfig config = TinyLog.SampleConfig();
        TinyLog log = TinyLog.Sample(config, rows: 600, seed: 7);
        var model = new TinyEsmm(config);
        double loss = 0;
        for (int epoch = 0; epoch < 10; epoch++)
        {
            loss = model.Epoch(log, batch: 64);
        }

        Assert.InRange(loss, 0.53, 0.55);
        Assert.Equal("dc9499340810873a78dee255a6b272f1f4e8bafcb5f89e0a9af8d2243e19d7a8", model.Digest());
        Assert.Equal("d24149670aced628d07bfa8adb5e0e5959431eca77382f7b6b5a7a50f7f6aeea", model.StateDigest());
    }

    [Fact]
    public void ReadsInOneSitting()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "EsmmLite.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        Assert.InRange(File.ReadAllLines(Path.Combine(directory!, "samples", "TinyEsmm", "TinyEsmm.cs")).Length, 100, 300);
    }

    [Fact]
    public void LaysTheInputOutAsTheEngineDoes()
    {
        TinyConfig sample = TinyLog.SampleConfig();
        Assert.Equal([9, 6, 15, 0, 16, 21], sample.Column);
        Assert.Equal(27, sample.Width);
        Assert.Equal([0, 1, 0, 2, 3], sample.Slot);
        Assert.Equal(
            [
                new TinyGroup(TinySide.Request, 0, 6), new TinyGroup(TinySide.Request, 6, 9), new TinyGroup(TinySide.Candidate, 9, 15),
                new TinyGroup(TinySide.Candidate, 15, 21), new TinyGroup(TinySide.Spanning, 21, 27),
            ],
            sample.Groups);
    }

    [Fact]
    public void ItsHeadHasTheBitsOfTheEnginesHead()
    {
        SplitMix random = new(11);
        double[] special = [0.0, -0.0, 1e-300, -1e-300, 36.7, -36.7, 700, -700, 746, -746, 1e9, -1e9, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        var pairs = special.SelectMany(a => special.Select(b => (a, b))).ToList();
        for (int i = 0; i < 20_000; i++)
        {
            double scale = (i % 4) switch { 0 => 1, 1 => 10, 2 => 100, _ => 1500 };
            pairs.Add(((random.NextDouble() - 0.5) * scale, (random.NextDouble() - 0.5) * scale));
        }

        foreach ((double a, double b) in pairs)
        {
            AssertSameBits(ExactMath.Exp(a), TinyHead.Exp(a));
            AssertSameBits(ExactMath.Sigmoid(a), TinyHead.Sigmoid(a));
            foreach (bool label in (bool[])[false, true])
            {
                AssertSameBits(SigmoidProduct.CtrSlope(a, label), TinyHead.CtrSlope(a, label));
                SigmoidProduct.CtcvrSlopes(a, b, label, out double dA, out double dB);
                (double tinyA, double tinyB) = TinyHead.CtcvrSlopes(a, b, label);
                AssertSameBits(dA, tinyA);
                AssertSameBits(dB, tinyB);
            }
        }
    }

    [Fact]
    public void ItsGeneratorIsTheEnginesGenerator()
    {
        for (int stream = 0; stream < 20; stream++)
        {
            SplitMix expected = SplitMix.Stream(99, (ulong)stream);
            var got = new TinyRandom(99, stream);
            for (int i = 0; i < 100; i++)
            {
                Assert.Equal(expected.NextSingle(), got.NextSingle());
            }
        }
    }

    [Theory]
    [InlineData(false, 1.0, 1.0)]
    [InlineData(true, 0.7, 1.9)]
    public void ItsGradientsAreTheDifferencesOfADoubleLoss(bool manyCrosses, double ctrWeight, double ctcvrWeight)
    {
        TinyField[] fields =
        [
            new("a", TinySide.Candidate, 9, 4), new("n", TinySide.Request, 0, 1), new("b", TinySide.Request, 5, 4, Separate: true),
            new("c", TinySide.Candidate, 3, 4, Separate: true), new("m", TinySide.Candidate, 0, 1, Separate: true), new("d", TinySide.Request, 4, 4),
        ];
        TinyConfig config = new(fields, manyCrosses ? [(0, 2), (0, 3), (2, 5), (5, 3)] : [], ctr: manyCrosses ? [11, 5] : [6], cvr: [9, 4, 3])
        {
            Seed = 5,
            CtrWeight = ctrWeight,
            CtcvrWeight = ctcvrWeight,
        };
        var model = new TinyEsmm(config);
        TinyLog log = TinyLog.Sample(config, 24, seed: 3);
        log.Conversion[0] = log.Conversion[1] = log.Conversion[2] = true; // a conversion without a click counts as none
        for (int i = 0; i < 5; i++)
        {
            model.Step(log); // away from biases of 0
        }

        double loss = model.Gradients(log);
        TinyTensor[] tensors = [.. model.Tensors()];
        double[][] weights = [.. tensors.Select(tensor => Array.ConvertAll(tensor.W, w => (double)w))];
        Assert.Equal(DoubleLoss(model, weights, log), loss, 1e-6);

        SplitMix random = new(4);
        const double Step = 1e-6;
        for (int t = 0; t < tensors.Length; t++)
        {
            double largest = tensors[t].G.Max(Math.Abs);
            Assert.True(largest > 1e-4, "A gradient of about zero tests nothing.");
            for (int n = 0; n < 12; n++)
            {
                int i = (int)random.NextBelow((uint)weights[t].Length);
                double w = weights[t][i];
                weights[t][i] = w + Step;
                double above = DoubleLoss(model, weights, log);
                weights[t][i] = w - Step;
                double below = DoubleLoss(model, weights, log);
                weights[t][i] = w;
                double expected = (above - below) / (2 * Step);
                Assert.True(Math.Abs(expected - tensors[t].G[i]) < 2e-6 + 1e-4 * Math.Abs(expected), $"tensor {t}, entry {i}: {tensors[t].G[i]}, differences say {expected}");
            }
        }
    }

    [Fact]
    public void RowsTheBatchDoesNotUseStayAsTheyAre()
    {
        TinyConfig config = TinyLog.SampleConfig();
        var model = new TinyEsmm(config);
        TinyLog log = TinyLog.Sample(config, 40, seed: 1);
        model.Step(log);
        float[][] before = [.. model.Tables.Select(table => (float[])table.W.Clone())];
        TinyLog batch = log.Slice(0, 3);
        model.Step(batch);
        for (int slot = 0; slot < model.Tables.Length; slot++)
        {
            TinyTensor table = model.Tables[slot];
            int[] used = [.. batch.Ids.Select(ids => ids[slot]).Where(id => id >= 0).Distinct()];
            for (int row = 0; row < table.Rows; row++)
            {
                bool same = table.W.AsSpan(row * table.Columns, table.Columns).SequenceEqual(before[slot].AsSpan(row * table.Columns, table.Columns));
                Assert.Equal(!used.Contains(row), same);
            }
        }
    }

    /// <summary>The loss once more, in double and with nothing of the sample but its configuration.</summary>
    private static double DoubleLoss(TinyEsmm model, double[][] weights, TinyLog log)
    {
        TinyConfig config = model.Config;
        double total = 0;
        for (int r = 0; r < log.Rows; r++)
        {
            double[] Embedding(int f)
            {
                int id = log.Ids[r][config.Slot[f]];
                int dim = config.Fields[f].Dim;
                return id < 0 ? new double[dim] : weights[config.Slot[f]].AsSpan(id * dim, dim).ToArray();
            }

            double[] x = new double[config.Width];
            for (int f = 0; f < config.Fields.Length; f++)
            {
                double[] value = config.Fields[f].Rows > 0 ? Embedding(f) : [log.Numbers[r][config.Slot[f]]];
                value.CopyTo(x, config.Column[f]);
            }

            for (int c = 0; c < config.Crosses.Length; c++)
            {
                double[] product = [.. Embedding(config.Crosses[c].First).Zip(Embedding(config.Crosses[c].Second), (p, q) => p * q)];
                product.CopyTo(x, config.Column[config.Fields.Length + c]);
            }

            int at = model.Tables.Length;
            double Tower(int[] hidden)
            {
                double[] h = x;
                foreach (int width in (int[])[.. hidden, 1])
                {
                    double[] w = weights[at++], bias = weights[at++], input = h;
                    bool last = width == 1 && bias.Length == 1;
                    h = [.. Enumerable.Range(0, width).Select(n => bias[n] + input.Select((value, k) => value * w[k * width + n]).Sum())];
                    h = last ? h : Array.ConvertAll(h, z => Math.Max(0, z));
                }

                return h[0];
            }

            double p = 1 / (1 + Math.Exp(-Tower(config.Ctr)));
            double t = p / (1 + Math.Exp(-Tower(config.Cvr)));
            bool click = log.Click[r];
            total -= config.CtrWeight * Math.Log(click ? p : 1 - p);
            total -= config.CtcvrWeight * Math.Log(click && log.Conversion[r] ? t : 1 - t);
        }

        return total / log.Rows;
    }

    private static void AssertSameBits(double expected, double got) =>
        Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(got) || (double.IsNaN(expected) && double.IsNaN(got)), $"{expected:R} and {got:R}");
}
