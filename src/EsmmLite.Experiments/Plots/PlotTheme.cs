using System.Text.RegularExpressions;
using OxyPlot;

namespace EsmmLite.Experiments.Plots;

/// <summary>
/// Colours of plots. A picture holds no colour of its own but names of style variables, so that the page decides, in light and in
/// dark; while it is drawn, a colour that nobody would choose stands for each name.
/// </summary>
internal static partial class PlotTheme
{
    /// <summary>Number of colours for series; further series begin again.</summary>
    public const int SeriesColours = 7;

    /// <summary>Texts.</summary>
    public static readonly OxyColor Ink = OxyColor.FromRgb(1, 3, 0);

    /// <summary>Lines that only help to read values.</summary>
    public static readonly OxyColor Grid = OxyColor.FromRgb(1, 3, 1);

    /// <summary>What is not data.</summary>
    public static readonly OxyColor Muted = OxyColor.FromRgb(1, 3, 2);

    /// <summary>The colour of a series.</summary>
    public static OxyColor Series(int index) => OxyColor.FromRgb(1, 2, (byte)(index % SeriesColours));

    /// <summary>The style variable of a series' colour, for legends beside the picture.</summary>
    public static string SeriesVariable(int index) => "var(--series-" + ((index % SeriesColours) + 1) + ")";

    /// <summary>The style variable of what is not data.</summary>
    public const string MutedVariable = "var(--plot-muted)";

    /// <summary>Puts the names in place of the colours.</summary>
    public static string WithVariables(string svg) => Colours().Replace(svg, match => match.Groups[1].Value == "2" ? SeriesVariable(match.Groups[2].Value[0] - '0') : match.Groups[2].Value switch
    {
        "0" => "var(--plot-ink)",
        "1" => "var(--plot-grid)",
        _ => MutedVariable,
    });

    [GeneratedRegex(@"rgb\(1,([23]),([0-6])\)")]
    private static partial Regex Colours();
}
