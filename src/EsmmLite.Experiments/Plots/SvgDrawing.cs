using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OxyPlot;

namespace EsmmLite.Experiments.Plots;

/// <summary>From a plot to SVG that stands inside a page: as wide as its place, in the page's font and colours.</summary>
internal static partial class SvgDrawing
{
    private const double TextSize = 13;

    public static PlotModel NewModel() => new()
    {
        Culture = CultureInfo.InvariantCulture,
        DefaultFontSize = TextSize,
        TextColor = PlotTheme.Ink,
        PlotAreaBorderColor = PlotTheme.Grid,
        PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
        Background = OxyColors.Undefined,
        Padding = new OxyThickness(4, 8, 14, 4),
        IsLegendVisible = false,
    };

    /// <summary>Draws a plot.</summary>
    /// <param name="model">The plot.</param>
    /// <param name="width">Width in units of which a text is 13 high.</param>
    /// <param name="height">Height in the same units.</param>
    /// <param name="description">What the picture shows, for those who can't see it.</param>
    public static string Draw(PlotModel model, int width, int height, string description)
    {
        var exporter = new SvgExporter { Width = width, Height = height, IsDocument = false, TextMeasurer = new TextRuler() };
        string svg = Start().Replace(exporter.ExportToString(model), $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(description)}\"", 1);
        svg = PlotTheme.WithVariables(Font().Replace(svg, "")).Trim();

        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..];

        // Names of parts are the page's: two pictures must not share them.
        return PartName().Replace(svg, "clip" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(svg)))[..12] + "-$1");
    }

    /// <summary>A number at an axis, as short as it can be.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e6 or < 1e-4 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 1e3 => value.ToString("#,0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.######", CultureInfo.InvariantCulture),
    };

    [GeneratedRegex("<svg[^>]*")]
    private static partial Regex Start();

    [GeneratedRegex(@"clipPath(\d)")]
    private static partial Regex PartName();

    [GeneratedRegex(" font-family=\"[^\"]*\"")]
    private static partial Regex Font();
}
