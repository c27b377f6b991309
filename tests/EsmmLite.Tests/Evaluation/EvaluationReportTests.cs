using System.Text.Json;
using EsmmLite.Evaluation;

namespace EsmmLite.Tests.Evaluation;

public class EvaluationReportTests
{
    private static readonly EvaluationReport Report = new(
        1000,
        40,
        0,
        new Dictionary<string, long> { ["unmatured"] = 2, ["conversion without click"] = 3 },
        new TaskMetrics(TaskMetrics.AllImpressions, 1000, 40, 0.75, 0.125, 1.5) { PcocInterval = new Interval(1.2, 2), NormalisedEntropy = 0.75, CalibrationError = 0.01, AveragePrecision = 0.125 },
        new TaskMetrics(TaskMetrics.ClickedImpressions, 40, 0, null, 1e-7, null),
        new TaskMetrics(TaskMetrics.AllImpressions, 1000, 0, null, null, null));

    [Fact]
    public void The_json_is_one_object_with_null_for_undefined()
    {
        Assert.Equal(
            """{"impressions":1000,"clicks":40,"conversions":0,"dropped":{"conversion without click":3,"unmatured":2}"""
            + ""","ctr":{"population":"all impressions","auc":0.75,"logLoss":0.125,"pcoc":1.5,"pcocLow":1.2,"pcocHigh":2,"normalisedEntropy":0.75,"calibrationError":0.01,"averagePrecision":0.125}"""
            + ""","cvr":{"population":"clicked impressions","auc":null,"logLoss":1E-07,"pcoc":null,"pcocLow":null,"pcocHigh":null,"normalisedEntropy":null,"calibrationError":null,"averagePrecision":null}"""
            + ""","ctcvr":{"population":"all impressions","auc":null,"logLoss":null,"pcoc":null,"pcocLow":null,"pcocHigh":null,"normalisedEntropy":null,"calibrationError":null,"averagePrecision":null}}""",
            Report.ToJson());
        using JsonDocument json = JsonDocument.Parse(Report.ToJson());
        Assert.Equal(1e-7, json.RootElement.GetProperty("cvr").GetProperty("logLoss").GetDouble());
    }

    [Fact]
    public void Metrics_have_names()
    {
        Assert.Equal(0.75, Report.Metric("ctr.auc"));
        Assert.Equal(1e-7, Report.Metric("cvr.logLoss"));
        Assert.Equal(1.5, Report.Metric("ctr.pcoc"));
        Assert.Null(Report.Metric("ctcvr.auc"));
    }

    [Theory]
    [InlineData("ctr.AUC", "ctr.auc")]
    [InlineData("cvr.logloss", "cvr.logLoss")]
    [InlineData("ctcv.auc", "ctcvr.auc")]
    public void A_misspelt_name_is_answered_with_the_nearest(string name, string meant)
    {
        var e = Assert.Throws<EsmmException>(() => Report.Metric(name));
        Assert.Equal(EsmmErrorKind.Config, e.Kind);
        Assert.Equal($"Did you mean '{meant}'?", e.Hint);
        Assert.Contains("ctr.auc, ctr.logLoss, ctr.pcoc, cvr.auc, cvr.logLoss, cvr.pcoc, ctcvr.auc, ctcvr.logLoss, ctcvr.pcoc", e.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_like_no_other_gets_no_suggestion() => Assert.Null(Assert.Throws<EsmmException>(() => Report.Metric("precision at ten")).Hint);

    [Fact]
    public void Directions_are_known_and_pcoc_has_none()
    {
        Assert.True(EvaluationReport.LargerIsBetter("ctcvr.auc"));
        Assert.False(EvaluationReport.LargerIsBetter("ctr.logLoss"));
        var e = Assert.Throws<EsmmException>(() => EvaluationReport.LargerIsBetter("cvr.pcoc"));
        Assert.Contains("'cvr.pcoc'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pcoc", e.Expected, StringComparison.Ordinal);
        Assert.Equal("Did you mean 'ctr.auc'?", Assert.Throws<EsmmException>(() => EvaluationReport.LargerIsBetter("ctr.auk")).Hint);
    }
}
