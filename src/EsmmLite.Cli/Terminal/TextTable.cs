using Spectre.Console;

namespace EsmmLite.Cli.Terminal;

/// <summary>A small table: with lines on a terminal, aligned columns and nothing else where the output goes to a file or a program.</summary>
/// <param name="title">What stands above it.</param>
/// <param name="columns">Column names; those that end in <c>&gt;</c> hold numbers and are aligned to the right.</param>
internal sealed class TextTable(string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public TextTable Add(params string[] cells)
    {
        _rows.Add(cells);
        return this;
    }

    public void Write()
    {
        if (Screen.OutputIsTerminal)
        {
            WriteFramed(Screen.ConsoleOf(Console.Out));
        }
        else
        {
            WritePlain(Console.Out);
        }
    }

    public void WritePlain(TextWriter output)
    {
        if (title.Length > 0)
        {
            output.WriteLine(title);
        }

        string[] names = [.. columns.Select(name => name.TrimEnd('>'))];
        int[] widths = [.. names.Select((name, i) => Math.Max(name.Length, _rows.Select(row => row[i].Length).DefaultIfEmpty().Max()))];
        foreach (string[] row in names.All(name => name.Length == 0) ? _rows : [names, .. _rows])
        {
            IEnumerable<string> cells = row.Select((cell, i) => IsRight(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine("  " + string.Join("  ", cells).TrimEnd());
        }

        output.WriteLine();
    }

    private void WriteFramed(IAnsiConsole console)
    {
        var table = new Table { Border = TableBorder.Rounded };
        if (title.Length > 0)
        {
            console.Write(new Text(title, new Style(decoration: Decoration.Bold)));
            console.WriteLine();
        }

        for (int i = 0; i < columns.Length; i++)
        {
            table.AddColumn(new TableColumn(new Text(columns[i].TrimEnd('>'))) { Alignment = IsRight(i) ? Justify.Right : Justify.Left });
        }

        table.ShowHeaders = !columns.All(string.IsNullOrEmpty);
        foreach (string[] row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        console.Write(table);
    }

    private bool IsRight(int column) => columns[column].EndsWith('>');
}
