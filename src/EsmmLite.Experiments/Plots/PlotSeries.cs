namespace EsmmLite.Experiments.Plots;

/// <summary>A point of a plot; a coordinate that is not a number interrupts a line.</summary>
/// <param name="X">Along the horizontal axis.</param>
/// <param name="Y">Along the vertical axis.</param>
public readonly record struct PlotPoint(double X, double Y);

/// <summary>How a series is drawn.</summary>
public enum PlotMark
{
    /// <summary>A line through the points.</summary>
    Line,

    /// <summary>A dashed line, for what is not data: the diagonal, a threshold, a base rate.</summary>
    Dashed,

    /// <summary>A line with a dot at each point.</summary>
    LineAndDots,

    /// <summary>Dots alone.</summary>
    Dots,

    /// <summary>Steps from point to point, for histograms.</summary>
    Steps,
}

/// <summary>Points that belong together.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">The points.</param>
/// <param name="Mark">How they are drawn.</param>
public sealed record PlotSeries(string Name, IReadOnlyList<PlotPoint> Points, PlotMark Mark = PlotMark.Line)
{
    /// <summary>Which of the theme's colours, from 0; the place among the plot's series when null. Dashed series are grey when null.</summary>
    public int? Colour { get; init; }

    /// <summary>An interval around each point, drawn as an upright bar; none when null. [points]</summary>
    public IReadOnlyList<(double Low, double High)>? Intervals { get; init; }
}

/// <summary>An axis of a plot.</summary>
/// <param name="Title">What it shows.</param>
public sealed record PlotAxis(string Title)
{
    /// <summary>Whether equal steps are equal factors; points that are not positive are left out.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>Where it begins; by the data when null.</summary>
    public double? Low { get; init; }

    /// <summary>Where it ends; by the data when null.</summary>
    public double? High { get; init; }

    /// <summary>Whether only whole numbers are marked, as for epochs.</summary>
    public bool WholeNumbers { get; init; }
}
