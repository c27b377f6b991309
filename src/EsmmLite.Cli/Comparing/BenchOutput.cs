using System.Text;
using EsmmLite.Cli.Terminal;
using EsmmLite.Persistence;

namespace EsmmLite.Cli.Comparing;

/// <summary>The three files of a comparison.</summary>
internal static class BenchOutput
{
    /// <summary>Writes them.</summary>
    public static void Write(string folder, string name, string markdown, string json, string html)
    {
        foreach ((string ending, string text) in (ReadOnlySpan<(string, string)>)[(".md", markdown), (".json", json), (".html", html)])
        {
            AtomicFile.Write(Path.Combine(folder, name + ending), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }
    }

    /// <summary>Says that they are there.</summary>
    public static void Tell(string folder, string name, TimeSpan time) =>
        Console.Out.WriteLine($"Done in {Show.Duration(time)}. Written: {name}.md, {name}.json and {name}.html in {folder}");
}
