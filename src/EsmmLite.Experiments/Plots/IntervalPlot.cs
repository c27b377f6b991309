using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EsmmLite.Experiments.Plots;

/// <summary>A value of a named category.</summary>
/// <param name="Name">The category.</param>
/// <param name="Value">The value; not a number for none.</param>
/// <param name="HalfWidth">Half of its interval; null for none.</param>
public sealed record IntervalValue(string Name, double Value, double? HalfWidth = null);

/// <summary>Dots with lying intervals, one a category, beside a line to compare them with, as an SVG picture that is as high as they need.</summary>
/// <param name="ValueTitle">What the values are.</param>
/// <param name="Values">The values, from the top down.</param>
/// <param name="Reference">Where the line is.</param>
public sealed record IntervalPlot(string ValueTitle, IReadOnlyList<IntervalValue> Values, double Reference)
{
    private const int HeightOfAxes = 58;
    private const int HeightOfRow = 24;
    private const double Room = 0.08;

    /// <summary>Width of the picture; a text is 13 high.</summary>
    public int Width { get; init; } = 520;

    /// <summary>Draws it.</summary>
    /// <param name="description">What the picture shows, for those who can't see it.</param>
    public string ToSvg(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        PlotModel model = SvgDrawing.NewModel();
        var names = new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, TicklineColor = OxyColors.Undefined, IsTickCentered = true, Minimum = -0.6, Maximum = Values.Count - 0.4 };
        names.Labels.AddRange(Values.Select(value => value.Name));
        model.Axes.Add(names);
        (double low, double high) = Range();
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = ValueTitle,
            Minimum = low,
            Maximum = high,
            LabelFormatter = SvgDrawing.Number,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = PlotTheme.Grid,
            TicklineColor = PlotTheme.Grid,
            MinorTickSize = 0,
            MajorTickSize = 4,
            AxisTitleDistance = 8,
        });
        model.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = Reference, Color = PlotTheme.Muted, LineStyle = LineStyle.Dash, StrokeThickness = 1.2 });
        var lines = new LineSeries { Color = PlotTheme.Series(0), StrokeThickness = 2 };
        var dots = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerSize = 4.5, MarkerFill = PlotTheme.Series(0) };
        for (int row = 0; row < Values.Count; row++)
        {
            if (double.IsFinite(Values[row].Value))
            {
                double half = Values[row].HalfWidth ?? 0;
                lines.Points.AddRange([new DataPoint(Values[row].Value - half, row), new DataPoint(Values[row].Value + half, row), DataPoint.Undefined]);
                dots.Points.Add(new ScatterPoint(Values[row].Value, row));
            }
        }

        model.Series.Add(lines);
        model.Series.Add(dots);
        return SvgDrawing.Draw(model, Width, HeightOfAxes + (Values.Count * HeightOfRow), description);
    }

    private (double Low, double High) Range()
    {
        double[] ends = [Reference, .. Values.Where(v => double.IsFinite(v.Value)).SelectMany(v => (double[])[v.Value - (v.HalfWidth ?? 0), v.Value + (v.HalfWidth ?? 0)])];
        double low = ends.Min(), high = ends.Max(), room = high > low ? Room * (high - low) : 1;
        return (low - room, high + room);
    }
}
