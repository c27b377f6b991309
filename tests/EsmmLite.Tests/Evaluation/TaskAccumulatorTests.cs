using EsmmLite.Evaluation;

namespace EsmmLite.Tests.Evaluation;

public class TaskAccumulatorTests
{
    [Fact]
    public void Metrics_are_those_of_the_rows()
    {
        var task = new TaskAccumulator(TaskMetrics.ClickedImpressions);
        task.Add(0.25f, false, 0.25, 0.3);
        task.Add(0.5f, true, 0.5, 0.7);
        task.Add(0.75f, true, 0.75, 0.2);
        task.Add(0.5f, false, 0.5, 0.8);
        TaskMetrics metrics = task.Compute();
        Assert.Equal(("clicked impressions", 4L, 2L), (metrics.Population, metrics.Rows, metrics.Positives));
        Assert.Equal(3.5 / 4, metrics.Auc);
        Assert.Equal(0.5, metrics.LogLoss!.Value, 1e-15);
        Assert.Equal(1.0, metrics.Pcoc);
        task.Clear();
        Assert.Equal(new TaskMetrics(TaskMetrics.ClickedImpressions, 0, 0, null, null, null), task.Compute());
    }

    [Fact]
    public void Without_a_positive_only_the_loss_is_defined()
    {
        var task = new TaskAccumulator(TaskMetrics.AllImpressions);
        task.Add(0.25f, false, 0.25, 0.3);
        Assert.Equal(new TaskMetrics("all impressions", 1, 0, null, 0.3, null) { CalibrationError = 0.25 }, task.Compute());
    }

    [Fact]
    public void Small_terms_are_not_lost()
    {
        var task = new TaskAccumulator("rows");
        task.Add(1, true, 1, 1e8);
        for (int i = 0; i < 1_000_000; i++)
        {
            task.Add(0, false, 1e-9, 1e-9);
        }

        Assert.Equal(1.001, task.Compute().Pcoc!.Value, 1e-15);
        Assert.Equal((1e8 + 1e-3) / 1_000_001, task.Compute().LogLoss!.Value, 1e-13);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_refused_and_leave_no_trace()
    {
        var task = new TaskAccumulator("rows");
        Assert.Throws<EsmmException>(() => task.Add(0.5f, true, double.NaN, 0));
        Assert.Throws<EsmmException>(() => task.Add(0.5f, true, -0.5, 0));
        Assert.Throws<EsmmException>(() => task.Add(0.5f, true, 0.5, double.PositiveInfinity));
        Assert.Throws<EsmmException>(() => task.Add(float.NaN, true, 0.5, 0));
        Assert.Equal(new TaskMetrics("rows", 0, 0, null, null, null), task.Compute());
    }
}
