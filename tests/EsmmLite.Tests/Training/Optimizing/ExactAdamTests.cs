using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Exact Adam of tables against dense Adam, which moves every row at every step.</summary>
public class ExactAdamTests(ITestOutputHelper output)
{
    private static readonly TrainingOptions Options = new()
    {
        Batch = 8,
        LearningRate = 0.01,
        Optimizer = new OptimizerOptions { Tables = TableOptimizer.ExactAdam },
        Schedule = new LearningRateSchedule { Kind = ScheduleKind.Exponential, Unit = ScheduleUnit.Steps, Every = 100, WarmupSteps = 20 },
    };

    [Fact]
    public void Rows_that_rest_for_less_than_the_first_moment_lasts_have_the_bits_of_dense_Adam()
    {
        double worst = Difference(steps: 150, every: 40, out bool same);
        Assert.True(same, $"{worst:E2}");
    }

    [Theory]
    [InlineData(700, 500)]
    [InlineData(3000, 2500)]
    public void Rows_that_rest_for_long_differ_from_dense_Adam_by_rounding(int steps, int every)
    {
        double worst = Difference(steps, every, out _);
        output.WriteLine($"OK max-diff {worst:E2}");
        Assert.True(worst < 2e-7, $"{worst:E2}");
    }

    [Fact]
    public void Lazy_Adam_differs_where_rows_rest()
    {
        double worst = Difference(steps: 150, every: 40, out _, TableOptimizer.LazyAdam);
        Assert.True(worst > 1e-3, $"{worst:E2}");
    }

    [Fact]
    public void Steps_that_are_no_longer_remembered_are_formed_anew_within_rounding()
    {
        LearningRate rate = new(Options);
        AdamClock clock = new(Options, rate, 1, remembers: true), early = new(Options, rate, 1, remembers: true);
        for (int i = 0; i < 300; i++)
        {
            early.Begin();
        }

        for (int i = 0; i < 70_000; i++)
        {
            clock.Begin();
        }

        for (int step = 1; step <= 300; step++)
        {
            Assert.Equal(1, clock.At(step).StepSize / early.At(step).StepSize, 3e-7);
            Assert.Equal(1, clock.At(step).SecondCorrection / early.At(step).SecondCorrection, 3e-7);
        }
    }

    [Fact]
    public void A_beta_that_remembers_too_long_is_refused()
    {
        EsmmModel model = SmallModels.Create("plain");
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => new Trainer(model, Options with { Beta1 = 0.999 }, 1)).Kind);
    }

    /// <summary>Row 0 gets a gradient at every step, row 1 every so often, row 2 once, row 3 never.</summary>
    private static double Difference(int steps, int every, out bool same, TableOptimizer rule = TableOptimizer.ExactAdam)
    {
        const int Dim = 5;
        EsmmModel model = SmallModels.Create(new ModelOptions { CtrTower = [], CvrTower = [] }, [SmallModels.Hashed("item", 4, Dim)]);
        TrainingOptions options = Options with { Optimizer = new OptimizerOptions { Tables = rule } };
        Optimizer optimizer = new(options, model.Bottom, model.Towers);
        float[] w = model.Bottom.Tables[0].Values.ToArray(), m = new float[w.Length], v = new float[w.Length];
        AdamClock dense = new(options, new LearningRate(options), 1, remembers: false);
        RowGradients rows = new(Dim, 8);
        SplitMix random = new(3);
        for (int step = 1; step <= steps; step++)
        {
            float[] all = new float[w.Length];
            rows.Clear();
            foreach (int row in (int[])[0, 1, 2])
            {
                if (row == 0 || (row == 1 && step % every == 1) || (row == 2 && step == 3))
                {
                    Span<float> gradient = all.AsSpan(row * Dim, Dim);
                    foreach (ref float g in gradient)
                    {
                        g = random.NextSingle() - 0.5f;
                    }

                    rows.Add(row, gradient);
                }
            }

            dense.Begin();
            AdamUpdate.Definition(all, w, m, v, dense.Now);
            optimizer.BeginStep();
            optimizer.StepTable(0, model.Bottom.Tables[0], rows);
        }

        optimizer.Settle(0, model.Bottom.Tables[0], 0, 4);
        ReadOnlySpan<float> got = model.Bottom.Tables[0].Values;
        same = got.SequenceEqual(w) && (rule == TableOptimizer.LazyAdam || (optimizer.TableState(0)[0].Span.SequenceEqual(m) && optimizer.TableState(0)[1].Span.SequenceEqual(v)));
        double worst = 0;
        for (int i = 0; i < w.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(w[i] - got[i]));
        }

        return worst;
    }
}
