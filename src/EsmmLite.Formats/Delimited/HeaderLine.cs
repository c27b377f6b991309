using System.Text;
using Sylvan.Data.Csv;

namespace EsmmLite.Formats.Delimited;

/// <summary>The first line of a file: read apart from the rows, because the delimiter is chosen from it.</summary>
internal static class HeaderLine
{
    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>Reads up to the first line end outside quotes, and consumes it.</summary>
    /// <param name="reader">The text of the file.</param>
    /// <param name="limit">The most characters.</param>
    /// <param name="lines">How many lines it took.</param>
    /// <returns>The line without its end, or null at the end of the text or beyond the limit.</returns>
    public static string? Read(TextReader reader, int limit, out int lines)
    {
        var text = new StringBuilder();
        bool quoted = false;
        lines = 1;
        int c;
        while ((c = reader.Read()) >= 0 && text.Length <= limit)
        {
            quoted ^= c == '"';
            if (c is '\n' or '\r')
            {
                if (c == '\r' && reader.Peek() == '\n')
                {
                    if (!quoted)
                    {
                        reader.Read();
                    }
                }
                else if (quoted)
                {
                    lines++;
                }

                if (!quoted)
                {
                    return text.ToString();
                }
            }

            text.Append((char)c);
        }

        return text.Length == 0 || text.Length > limit ? null : text.ToString();
    }

    /// <summary>The delimiter that a file's name or header calls for.</summary>
    public static char ChooseDelimiter(string file, string header)
    {
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        if (name.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tab", StringComparison.OrdinalIgnoreCase))
        {
            return '\t';
        }

        Span<int> counts = stackalloc int[Delimiters.Length];
        bool quoted = false;
        foreach (char c in header)
        {
            quoted ^= c == '"';
            int kind = Array.IndexOf(Delimiters, c);
            if (!quoted && kind >= 0)
            {
                counts[kind]++;
            }
        }

        int best = 0;
        for (int i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return Delimiters[best];
    }

    /// <summary>The names in a header.</summary>
    public static string[] Split(string header, CsvDataReaderOptions options)
    {
        using CsvDataReader reader = CsvDataReader.Create(new StringReader(header), options);
        if (!reader.Read())
        {
            return [""];
        }

        string[] names = new string[reader.RowFieldCount];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = reader.GetFieldSpan(i).ToString();
        }

        return names;
    }
}
