using System.Net;
using System.Text;

namespace EsmmLite.Experiments.Reports;

/// <summary>
/// A page in one file: style and pictures are inside, no script runs, and nothing is fetched, which the page itself forbids the browser.
/// Its text depends on what is added alone.
/// </summary>
/// <param name="title">The title.</param>
/// <param name="lead">What the page is about, in a sentence or two.</param>
public sealed class HtmlPage(string title, string lead)
{
    private readonly StringBuilder _body = new();
    private readonly List<string> _sections = [];

    /// <summary>Begins a section.</summary>
    /// <param name="heading">Its heading, which also stands in the list of contents.</param>
    /// <param name="text">What it shows; nothing when empty.</param>
    public HtmlPage Section(string heading, string text = "")
    {
        _body.Append(_sections.Count > 0 ? "</section>\n" : "").Append("<section id=\"s").Append(_sections.Count).Append("\"><h2>").Append(Escape(heading)).Append("</h2>\n");
        _sections.Add(heading);
        return text.Length > 0 ? Text(text) : this;
    }

    /// <summary>Adds a paragraph of plain text.</summary>
    /// <param name="text">The text.</param>
    public HtmlPage Text(string text) => Append("<p>" + Escape(text) + "</p>\n");

    /// <summary>Adds a paragraph that must not be overlooked.</summary>
    /// <param name="text">The text.</param>
    public HtmlPage Note(string text) => Append("<p class=\"note\">" + Escape(text) + "</p>\n");

    /// <summary>Adds a few numbers that matter most.</summary>
    /// <param name="tiles">What each is, its value, and what to know about it.</param>
    public HtmlPage Tiles(params IEnumerable<(string Name, string Value, string Detail)> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        _body.Append("<dl class=\"tiles\">");
        foreach ((string name, string value, string detail) in tiles)
        {
            _body.Append("<div><dt>").Append(Escape(name)).Append("</dt><dd>").Append(Escape(value)).Append("</dd><dd class=\"detail\">").Append(Escape(detail)).Append("</dd></div>");
        }

        return Append("</dl>\n");
    }

    /// <summary>Adds a table.</summary>
    /// <param name="table">The table.</param>
    public HtmlPage Table(HtmlTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        table.Write(_body);
        return this;
    }

    /// <summary>Adds figures, side by side where there is room.</summary>
    /// <param name="figures">The figures.</param>
    public HtmlPage Figures(params IEnumerable<HtmlFigure> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        _body.Append("<div class=\"figures\">");
        foreach (HtmlFigure figure in figures)
        {
            figure.Write(_body);
        }

        return Append("</div>\n");
    }

    /// <summary>The whole page.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Append("<title>").Append(Escape(title)).Append("</title>\n<style>\n").Append(HtmlStyle.Text).Append("</style></head>\n<body><main>\n");
        html.Append("<header><h1>").Append(Escape(title)).Append("</h1><p>").Append(Escape(lead)).Append("</p></header>\n");
        if (_sections.Count > 2)
        {
            html.Append("<nav>");
            for (int section = 0; section < _sections.Count; section++)
            {
                html.Append("<a href=\"#s").Append(section).Append("\">").Append(Escape(_sections[section])).Append("</a> ");
            }

            html.Append("</nav>\n");
        }

        return html.Append(_body).Append(_sections.Count > 0 ? "</section>\n" : "").Append("</main></body></html>\n").ToString();
    }

    private HtmlPage Append(string html)
    {
        _body.Append(html);
        return this;
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
