using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EsmmLite.Experiments.Plots;

/// <summary>Series over two axes, as an SVG picture: curves, histograms, clouds of points, points with intervals.</summary>
public sealed record LinePlot(PlotAxis X, PlotAxis Y, IReadOnlyList<PlotSeries> Series)
{
    private const int LargeCloud = 60; // points, from which on they are drawn smaller
    private const double RoomBelow = 3;
    private const byte CloudOpacity = 150;

    /// <summary>Width of the picture; a text is 13 high.</summary>
    public int Width { get; init; } = 520;

    /// <summary>Height of the picture.</summary>
    public int Height { get; init; } = 340;

    /// <summary>Draws it.</summary>
    /// <param name="description">What the picture shows, for those who can't see it.</param>
    public string ToSvg(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        PlotModel model = SvgDrawing.NewModel();
        model.Axes.Add(Axis(X, AxisPosition.Bottom));
        model.Axes.Add(Axis(Y, AxisPosition.Left));
        for (int s = 0; s < Series.Count; s++)
        {
            OxyColor colour = Series[s] is { Mark: PlotMark.Dashed, Colour: null } ? PlotTheme.Muted : PlotTheme.Series(Series[s].Colour ?? s);
            if (Series[s].Intervals is { } intervals)
            {
                model.Series.Add(Bars(Series[s], intervals, colour));
            }

            model.Series.Add(Drawn(Series[s], colour));
        }

        return SvgDrawing.Draw(model, Width, Height, description);
    }

    private static Axis Axis(PlotAxis axis, AxisPosition position)
    {
        Axis made = axis.Logarithmic ? new LogarithmicAxis { PowerPadding = false } : new LinearAxis { MinimumPadding = 0.02, MaximumPadding = 0.04 };
        made.Position = position;
        made.Title = axis.Title;
        made.Minimum = axis.Low ?? double.NaN;
        made.Maximum = axis.High ?? double.NaN;
        made.MinimumMajorStep = axis.WholeNumbers ? 1 : 0;
        made.LabelFormatter = SvgDrawing.Number;
        made.MajorGridlineStyle = LineStyle.Solid;
        made.MajorGridlineColor = PlotTheme.Grid;
        made.TicklineColor = PlotTheme.Grid;
        made.MinorTickSize = 0;
        made.MajorTickSize = 4;
        made.TitleColor = PlotTheme.Ink;
        made.AxisTitleDistance = 8;
        return made;
    }

    private bool Shows(PlotPoint point) => !(X.Logarithmic && point.X <= 0) && !(Y.Logarithmic && point.Y <= 0);

    private Series Drawn(PlotSeries series, OxyColor colour)
    {
        IEnumerable<DataPoint> points = series.Points.Where(Shows).Select(point => new DataPoint(point.X, point.Y));
        if (series.Mark == PlotMark.Dots)
        {
            var dots = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerSize = series.Points.Count > LargeCloud ? 2.2 : 3.5, MarkerFill = OxyColor.FromAColor(series.Points.Count > LargeCloud ? CloudOpacity : (byte)255, colour) };
            dots.Points.AddRange(points.Select(point => new ScatterPoint(point.X, point.Y)));
            return dots;
        }

        LineSeries line = series.Mark == PlotMark.Steps ? new StairStepSeries { VerticalStrokeThickness = 1.8 } : new LineSeries();
        line.Points.AddRange(points);
        line.Color = colour;
        line.StrokeThickness = series.Mark == PlotMark.Dashed ? 1.2 : 1.8;
        line.LineStyle = series.Mark == PlotMark.Dashed ? LineStyle.Dash : LineStyle.Solid;
        line.LineJoin = LineJoin.Round;
        if (series.Mark == PlotMark.LineAndDots)
        {
            (line.MarkerType, line.MarkerSize, line.MarkerFill) = (MarkerType.Circle, 3, colour);
        }

        return line;
    }

    private LineSeries Bars(PlotSeries series, IReadOnlyList<(double Low, double High)> intervals, OxyColor colour)
    {
        var bars = new LineSeries { Color = colour, StrokeThickness = 1.2 };
        double floor = Y.Logarithmic ? Series.SelectMany(s => s.Points).Where(Shows).Select(point => point.Y).DefaultIfEmpty(1).Min() / RoomBelow : double.NegativeInfinity;
        foreach ((PlotPoint point, (double low, double high)) in series.Points.Zip(intervals))
        {
            if (Shows(point with { Y = high }))
            {
                // On a logarithmic axis a bar down to 0 has no end; it leaves the other points room.
                bars.Points.AddRange([new DataPoint(point.X, Math.Max(low, floor)), new DataPoint(point.X, Math.Max(high, floor)), DataPoint.Undefined]);
            }
        }

        return bars;
    }
}
