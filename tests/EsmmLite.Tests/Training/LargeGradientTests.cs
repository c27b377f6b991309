using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>A finite gradient whose square is not would freeze its weight for good, silently: it stops training instead.</summary>
public class LargeGradientTests
{
    [Fact]
    public void AGradientTooLargeToSquareStopsTrainingByName()
    {
        Schema schema = new()
        {
            Fields = [new NumericField { Name = "price", Standardise = false }],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        };
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(schema), new ModelOptions { CtrTower = [], CvrTower = [] });
        model.Towers.Parameters.Clear();
        using Trainer trainer = new(model, new TrainingOptions { Batch = 4 });
        ImpressionBatch batch = model.Space.CreateBatch(4);
        batch.Count = 4;
        batch.Numbers(0).Fill(1e30f);
        EsmmException fault = Assert.Throws<EsmmException>(() => trainer.Step(batch));
        Assert.Equal(EsmmErrorKind.Numeric, fault.Kind);
        Assert.Contains("ctr.dense0.kernel", fault.Message);
        Assert.Contains("step 1", fault.Message);
        Assert.Equal(-1, model.Towers.Parameters.IndexOfAnyExcept(0f));
    }

    [Theory]
    [InlineData(TowerOptimizer.Adagrad)]
    [InlineData(TowerOptimizer.Ftrl)]
    public void SumsOfSquaresThatAFloatCannotHoldStayFinite(TowerOptimizer optimizer)
    {
        Schema schema = new()
        {
            Fields = [new NumericField { Name = "price", Standardise = false }],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        };
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(schema), new ModelOptions { CtrTower = [], CvrTower = [] });
        model.Towers.Parameters.Clear();
        using Trainer trainer = new(model, new TrainingOptions { Batch = 4, LearningRate = 1e-12, Optimizer = new OptimizerOptions { Towers = optimizer, FtrlL1 = 1e6 } });
        ImpressionBatch batch = model.Space.CreateBatch(4);
        batch.Count = 4;
        batch.Numbers(0).Fill(1e19f);
        batch.Labels(0)[0] = 1; // three rows pull one way and one the other, so gradients don't end
        string path = Path.GetTempFileName();
        try
        {
            for (int step = 0; step < 80; step++)
            {
                trainer.Step(batch);
                Assert.Equal(-1, Finite.FirstNonFinite(model.Towers.Parameters));
            }

            trainer.SaveCheckpoint(path);
            Trainer.Resume(path).Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(9.2e18f, -1)]
    [InlineData(9.3e18f, 70)]
    [InlineData(float.NaN, 70)]
    [InlineData(float.NegativeInfinity, 70)]
    public void TheLimitIsTwoToThe63(float value, int expected)
    {
        float[] values = new float[131];
        values[70] = value;
        Assert.Equal(expected, Finite.FirstUnusableGradient(values));
        Assert.Equal(float.IsFinite(value) ? -1 : 70, Finite.FirstNonFinite(values));
    }
}
