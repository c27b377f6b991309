namespace EsmmLite.Cli.Terminal;

/// <summary>Sentences on standard output, broken where a word ends.</summary>
internal static class Sentences
{
    private const string Indent = "    ";

    /// <summary>Writes a text in lines that fit; those after the first stand further in.</summary>
    public static void Write(string text)
    {
        while (text.Length > Screen.PlainWidth && text.LastIndexOf(' ', Screen.PlainWidth) is var at && at > Indent.Length)
        {
            Console.Out.WriteLine(text[..at]);
            text = Indent + text[(at + 1)..];
        }

        Console.Out.WriteLine(text);
    }
}
