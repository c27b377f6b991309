using EsmmLite.Experiments.Plots;
using EsmmLite.Experiments.Reports;

namespace EsmmLite.Experiments.Tests.Reports;

/// <summary>Pages are measured in a real browser, if there is one: nothing sticks out, nothing overlaps, no plot is empty.</summary>
public sealed class HtmlPageTests
{
    [Theory]
    [InlineData(1280, false)]
    [InlineData(420, true)]
    public void A_page_is_legible_wide_and_narrow_in_light_and_dark(int width, bool dark)
    {
        if (HeadlessBrowser.Path is null)
        {
            Assert.Skip("no browser is installed (chromium)");
        }

        string html = Example().ToHtml();
        if (Environment.GetEnvironmentVariable("ESMM_PICTURES") is { } folder)
        {
            HeadlessBrowser.Photograph(html, width, 2600, dark, Path.Combine(folder, $"page-{width}.png"));
        }

        (IReadOnlyList<string> faults, string ink, string page) = HeadlessBrowser.Measure(html, width, dark);
        Assert.Empty(faults);
        Assert.InRange(Contrast(ink, page), 7, 21);
        Assert.Equal(dark, Luminance(page) < 0.2);
    }

    [Fact]
    public void The_probe_sees_what_is_wrong()
    {
        if (HeadlessBrowser.Path is null)
        {
            Assert.Skip("no browser is installed (chromium)");
        }

        string good = Example().ToHtml();
        string bad = good.Replace("<h2>Curves", "<h2 style=\"width:3000px\">Curves", StringComparison.Ordinal).Replace("var(--series-", "var(--nothing-", StringComparison.Ordinal);
        IReadOnlyList<string> faults = HeadlessBrowser.Measure(bad, 1280, false).Faults;
        Assert.Contains(faults, fault => fault.Contains("sticks out", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.EndsWith(": empty", StringComparison.Ordinal));
    }

    [Fact]
    public void Texts_are_escaped_and_nothing_is_fetched()
    {
        string html = new HtmlPage("<b>", "a & b").Section("\"x\" < y", "<script>alert(1)</script>").Note("<i>").Tiles(("<u>", "&", "'"))
            .Table(new HtmlTable("<a>", "n>") { Caption = "<c>" }.Add("<td>", "1 < 2")).Figures(new HtmlFigure("<svg>", Curves() with { Series = [new PlotSeries("<s>", [new(0, 0), new(1, 1)])] }, "<f>")).ToHtml();
        Assert.All((string[])["<b>", "<script", "<i>", "<u>", "<a>", "<c>", "<s>", "<f>", "http:", "https:", "url(\"", "url('", "@import", " src="],
            text => Assert.DoesNotContain(text, html.Replace("xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_contents_give_equal_text() => Assert.Equal(Example().ToHtml(), Example().ToHtml());

    [Fact]
    public void Pictures_hold_names_of_colours_only()
    {
        string svg = Curves().ToSvg("curves") + Bars().ToSvg("bars") + Intervals().ToSvg("intervals")
            + (Curves() with { Series = [.. Enumerable.Range(0, 7).Select(i => new PlotSeries("s" + i, [new(0, i), new(1, i)]))] }).ToSvg("seven");
        Assert.DoesNotMatch("#[0-9a-fA-F]{6}|rgb", svg);
        Assert.Contains("var(--series-1)", svg, StringComparison.Ordinal);
        Assert.Contains("var(--series-7)", svg, StringComparison.Ordinal);
        Assert.Contains("var(--plot-ink)", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_a_page_share_no_names()
    {
        string html = Example().ToHtml();
        string[] names = [.. System.Text.RegularExpressions.Regex.Matches(html, " id=\"([^\"]*)\"").Select(match => match.Groups[1].Value)];
        Assert.True(names.Length > 10);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    private static IntervalPlot Intervals() => new("difference", [new("longer than others", 0.01, 0.004), new("none", double.NaN), new("b", -0.02, 0.03), new("c", 0.002)], 0);

    private static HtmlPage Example()
    {
        var table = new HtmlTable("name", "value>", "share>") { Caption = "A table" };
        for (int i = 0; i < 5; i++)
        {
            table.Add("a rather long name of a row, number " + i, "1,234,567", "12.3 %");
        }

        return new HtmlPage("An example of a page with a title that is long enough to break into lines", "What it is about: a_very_long_name_without_a_place_to_break_it_which_must_not_stick_out_of_the_page.csv.gz")
            .Section("Numbers", "The numbers that matter.").Tiles(("impressions", "1,234,567", "3 dropped"), ("clicks", "45,678", "3.70 %"), ("CTR AUC", "0.7654", "0.7601 to 0.7702"), ("undefined", "n/a", "no conversions"))
            .Note("Something to look at.").Table(table)
            .Section("Curves").Figures(new HtmlFigure("Two curves", Curves(), "What to see."), new HtmlFigure("Small rates", Small()), new HtmlFigure("A cloud", Cloud()))
            .Section("Bars").Figures(new HtmlFigure("Two bars each", Bars()), new HtmlFigure("One bar", new BarPlot("share", ["only"], [new("share", [0.25])])));
    }

    private static LinePlot Curves() => new(new PlotAxis("epoch") { WholeNumbers = true }, new PlotAxis("loss"),
        [new("training", [new(1, 0.5), new(2, 0.4), new(3, 0.37)], PlotMark.LineAndDots), new("validation", [new(1, 0.52), new(2, 0.45), new(3, 0.46)], PlotMark.LineAndDots), new("kept", [new(2, 0.36), new(2, 0.53)], PlotMark.Dashed)]);

    private static LinePlot Small() => new(new PlotAxis("predicted") { Logarithmic = true }, new PlotAxis("observed") { Logarithmic = true },
    [
        new("CTCVR", [new(2e-7, 1e-7), new(2e-5, 1e-5), new(3e-3, 4e-3), new(0.2, 0.18)], PlotMark.LineAndDots) { Intervals = [(0, 2e-7), (5e-6, 2e-5), (3e-3, 5e-3), (0.1, 0.3)] },
        new("equal", [new(1e-7, 1e-7), new(1, 1)], PlotMark.Dashed),
    ]);

    private static LinePlot Cloud() => new(new PlotAxis("CTR") { Logarithmic = true }, new PlotAxis("CVR"),
        [.. Enumerable.Range(0, 4).Select(q => new PlotSeries("quadrant " + q, [.. Enumerable.Range(1, 90).Select(i => new PlotPoint(i * (q + 1) / 500.0, ((i * 7 % 90) + q) / 100.0))], PlotMark.Dots))]);

    private static BarPlot Bars() => new("mean norm", ["user_id", "item_id", "a_field_with_a_very_long_name_indeed", "site"], [new("seen", [1, 0.7, 0.2, 1.3]), new("not seen", [0.1, double.NaN, 0.2, 0.05])]);

    private static double Contrast(string a, string b)
    {
        double one = Luminance(a), other = Luminance(b);
        return (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);
    }

    private static double Luminance(string rgb)
    {
        double[] parts = [.. rgb[(rgb.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(',').Select(part => double.Parse(part, System.Globalization.CultureInfo.InvariantCulture) / 255).Select(part => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4))];
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }
}
