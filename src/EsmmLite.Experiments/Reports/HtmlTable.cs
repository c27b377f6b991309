using System.Net;
using System.Text;

namespace EsmmLite.Experiments.Reports;

/// <summary>A table of a page.</summary>
/// <param name="columns">Column names; those that end in <c>&gt;</c> hold numbers and are aligned to the right.</param>
public sealed class HtmlTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    /// <summary>What stands above it; nothing when null.</summary>
    public string? Caption { get; init; }

    /// <summary>Number of rows.</summary>
    public int Rows => _rows.Count;

    /// <summary>Adds a row of plain texts.</summary>
    /// <param name="cells">A text a column.</param>
    public HtmlTable Add(params string[] cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, columns.Length);
        _rows.Add(cells);
        return this;
    }

    internal void Write(StringBuilder html)
    {
        // A wide table scrolls in its box, not the page.
        html.Append("<div class=\"scroll\"><table>");
        if (Caption is not null)
        {
            html.Append("<caption>").Append(WebUtility.HtmlEncode(Caption)).Append("</caption>");
        }

        if (columns.Any(name => name.TrimEnd('>').Length > 0))
        {
            Write(html.Append("<thead>"), "th", [.. columns.Select(name => name.TrimEnd('>'))]);
            html.Append("</thead>");
        }

        html.Append("<tbody>");
        foreach (string[] row in _rows)
        {
            Write(html, "td", row);
        }

        html.Append("</tbody></table></div>\n");
    }

    private void Write(StringBuilder html, string tag, string[] cells)
    {
        html.Append("<tr>");
        for (int column = 0; column < cells.Length; column++)
        {
            html.Append('<').Append(tag).Append(columns[column].EndsWith('>') ? " class=\"n\">" : ">").Append(WebUtility.HtmlEncode(cells[column])).Append("</").Append(tag).Append('>');
        }

        html.Append("</tr>\n");
    }
}
