using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EsmmLite.Experiments.Plots;

/// <summary>A row of bars.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Values">A length for each category; not a number for none. [categories]</param>
public sealed record BarSeriesValues(string Name, IReadOnlyList<double> Values);

/// <summary>Lying bars, a group for each named category, as an SVG picture that is as high as they need.</summary>
public sealed record BarPlot(string ValueTitle, IReadOnlyList<string> Categories, IReadOnlyList<BarSeriesValues> Series)
{
    private const int LongestName = 24;
    private const int HeightOfAxes = 58;

    /// <summary>Width of the picture; a text is 13 high.</summary>
    public int Width { get; init; } = 520;

    /// <summary>Where the value axis ends; by the data when null.</summary>
    public double? High { get; init; }

    /// <summary>Draws it.</summary>
    /// <param name="description">What the picture shows, for those who can't see it.</param>
    public string ToSvg(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        PlotModel model = SvgDrawing.NewModel();
        var names = new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, GapWidth = 0.5, TicklineColor = OxyColors.Undefined, IsTickCentered = true };
        names.Labels.AddRange(Categories.Select(Short));
        model.Axes.Add(names);
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = ValueTitle,
            Minimum = Series.SelectMany(s => s.Values).Any(value => value < 0) ? double.NaN : 0,
            Maximum = High ?? double.NaN,
            MaximumPadding = 0.04,
            LabelFormatter = SvgDrawing.Number,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = PlotTheme.Grid,
            TicklineColor = PlotTheme.Grid,
            MinorTickSize = 0,
            MajorTickSize = 4,
            AxisTitleDistance = 8,
        });
        for (int s = 0; s < Series.Count; s++)
        {
            var bars = new BarSeries { FillColor = PlotTheme.Series(s), StrokeThickness = 0 };
            for (int c = 0; c < Categories.Count; c++)
            {
                if (double.IsFinite(Series[s].Values[c]))
                {
                    bars.Items.Add(new BarItem(Series[s].Values[c], c));
                }
            }

            model.Series.Add(bars);
        }

        return SvgDrawing.Draw(model, Width, HeightOfAxes + (Categories.Count * (12 + (12 * Series.Count))), description);
    }

    private static string Short(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";
}
