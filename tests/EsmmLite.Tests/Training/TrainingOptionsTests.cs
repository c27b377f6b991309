using EsmmLite.Model;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Options that come from code are held against the same bounds as those of a config.</summary>
public class TrainingOptionsTests
{
    public static TheoryData<string, TrainingOptions> Impossible => new()
    {
        { "learningRate", new TrainingOptions { LearningRate = double.NaN } },
        { "learningRate", new TrainingOptions { LearningRate = -1 } },
        { "beta1", new TrainingOptions { Beta1 = 1 } },
        { "beta2", new TrainingOptions { Beta2 = 1 } },
        { "epsilon", new TrainingOptions { Epsilon = 0 } },
        { "batch", new TrainingOptions { Batch = 0 } },
        { "epochs", new TrainingOptions { Epochs = 0 } },
        { "loss.ctr", new TrainingOptions { CtrWeight = double.PositiveInfinity } },
        { "clipNorm", new TrainingOptions { ClipNorm = 0 } },
        { "tableL2", new TrainingOptions { TableL2 = -1 } },
        { "rate", new TrainingOptions { Schedule = new LearningRateSchedule { Kind = ScheduleKind.Exponential, Rate = 0 } } },
        { "every", new TrainingOptions { Schedule = new LearningRateSchedule { Kind = ScheduleKind.Step, Every = 0 } } },
        { "initialSum", new TrainingOptions { Optimizer = new OptimizerOptions { InitialSum = double.NaN } } },
        { "ftrlBeta", new TrainingOptions { Optimizer = new OptimizerOptions { Towers = TowerOptimizer.Ftrl, FtrlBeta = -1 } } },
        { "least", new TrainingOptions { Loss = new LossOptions { LeastFactor = 0, Weighting = LossWeightingKind.Uncertainty } } },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Impossible_values_are_refused_by_name_before_anything_is_trained(string name, TrainingOptions options)
    {
        EsmmModel model = SmallModels.Create("plain");
        EsmmException fault = Assert.Throws<EsmmException>(() => new Trainer(model, options, 1));
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
    }
}
