using System.Net;
using System.Text;
using EsmmLite.Experiments.Plots;

namespace EsmmLite.Experiments.Reports;

/// <summary>A picture with a title, a legend where there are several series, and a text below.</summary>
public sealed class HtmlFigure
{
    private readonly string _title;
    private readonly string _svg;
    private readonly string _caption;
    private readonly List<(string Name, string Colour, PlotMark Mark)> _legend = [];

    /// <summary>A figure of curves or points.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="plot">The plot.</param>
    /// <param name="caption">What to look for in it.</param>
    public HtmlFigure(string title, LinePlot plot, string caption = "")
    {
        ArgumentNullException.ThrowIfNull(plot);
        (_title, _caption, _svg) = (title, caption, plot.ToSvg(title));
        for (int s = 0; s < plot.Series.Count; s++)
        {
            PlotSeries series = plot.Series[s];
            if (series.Name.Length > 0)
            {
                _legend.Add((series.Name, series is { Mark: PlotMark.Dashed, Colour: null } ? PlotTheme.MutedVariable : PlotTheme.SeriesVariable(series.Colour ?? s), series.Mark));
            }
        }
    }

    /// <summary>A figure of bars.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="plot">The plot.</param>
    /// <param name="caption">What to look for in it.</param>
    public HtmlFigure(string title, BarPlot plot, string caption = "")
    {
        ArgumentNullException.ThrowIfNull(plot);
        (_title, _caption, _svg) = (title, caption, plot.ToSvg(title));
        _legend.AddRange(plot.Series.Select((series, s) => (series.Name, PlotTheme.SeriesVariable(s), PlotMark.Dots)).Where(_ => plot.Series.Count > 1));
    }

    /// <summary>A figure of values with intervals.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="plot">The plot.</param>
    /// <param name="caption">What to look for in it.</param>
    public HtmlFigure(string title, IntervalPlot plot, string caption = "")
    {
        ArgumentNullException.ThrowIfNull(plot);
        (_title, _caption, _svg) = (title, caption, plot.ToSvg(title));
    }

    internal void Write(StringBuilder html)
    {
        html.Append("<figure><h3>").Append(WebUtility.HtmlEncode(_title)).Append("</h3>");
        if (_legend.Count > 0)
        {
            html.Append("<ul class=\"legend\">");
            foreach ((string name, string colour, PlotMark mark) in _legend)
            {
                string kind = mark switch { PlotMark.Dots => "dot", PlotMark.Dashed => "dash", _ => "line" };
                html.Append("<li><i class=\"").Append(kind).Append("\" style=\"--c:").Append(colour).Append("\"></i>").Append(WebUtility.HtmlEncode(name)).Append("</li>");
            }

            html.Append("</ul>");
        }

        html.Append(_svg);
        if (_caption.Length > 0)
        {
            html.Append("<figcaption>").Append(WebUtility.HtmlEncode(_caption)).Append("</figcaption>");
        }

        html.Append("</figure>\n");
    }
}
