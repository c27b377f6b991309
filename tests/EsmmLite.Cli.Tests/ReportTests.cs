using EsmmLite.Experiments.Tests.Reports;

namespace EsmmLite.Cli.Tests;

/// <summary>The page of <c>esmm report</c>, looked at by a real browser if there is one.</summary>
public sealed class ReportTests(TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public void TheReportShowsWhatItPromises()
    {
        string html = Report("one.html");
        Assert.Equal(html, Report("two.html"));
        Assert.All(["Funnel and labels", "Losses", "AUC on the validation part", "epoch", "ROC", "Precision and recall", "CTR: predicted and observed", "CVR: predicted and observed", "CTCVR: predicted and observed", "The three scores",
            "pCVR where clicked and where not", "By item", "Fields and embeddings", "Missing and unseen values", "Item quadrants", "hidden gem", "As the model sees them", "Inside the ", "Bootstrap over groups"],
            text => Assert.Contains(text, html, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(420, true)]
    public void ABrowserFindsNothingCutOffOrEmpty(int width, bool dark)
    {
        if (HeadlessBrowser.Path is null)
        {
            Assert.Skip("no browser is installed (chromium)");
        }

        Assert.Empty(HeadlessBrowser.Measure(Report("page.html"), width, dark).Faults);
    }

    [Fact]
    public void ALogWithoutConversionsHasAReportToo()
    {
        string[] lines = File.ReadAllLines(models.Test);
        string few = models.PathOf("few.csv"), page = models.PathOf("few.html");
        File.WriteAllLines(few, lines.Select((line, i) => i == 0 ? line : line[..^1] + "0"));
        EsmmTool.Good("report", "--model", models.A, "--data", few, "--out", page);
        string html = File.ReadAllText(page);
        Assert.Contains("n/a", html, StringComparison.Ordinal);
        Assert.Contains("only 0 conversions", html, StringComparison.Ordinal);
        if (HeadlessBrowser.Path is not null)
        {
            Assert.Empty(HeadlessBrowser.Measure(html, 1000, false).Faults);
        }
    }

    private string Report(string name)
    {
        string path = models.PathOf(name);
        EsmmTool.Good("report", "--model", models.A, "--data", models.Test, "--by", "item", "--group", "user", "--bootstrap", "10", "--out", path);
        return File.ReadAllText(path);
    }
}
