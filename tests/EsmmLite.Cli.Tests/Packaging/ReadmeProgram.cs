using System.Text.RegularExpressions;

namespace EsmmLite.Cli.Tests.Packaging;

/// <summary>The C# of the README as one program.</summary>
internal static partial class ReadmeProgram
{
    private const string Config = """
        {
          "fields": [
            { "name": "user_id", "kind": "hashed", "buckets": 100, "dim": 4, "side": "request" },
            { "name": "brand", "kind": "vocabulary", "dim": 4 },
            { "name": "price", "kind": "numeric", "log": true }
          ],
          "labels": [ { "name": "click" }, { "name": "conversion" } ],
          "towers": { "ctr": [8], "cvr": [8] },
          "training": { "batch": 32, "epochs": 1 }
        }
        """;

    /// <summary>All blocks of C# in the order of the README, and the items that they rank.</summary>
    public static string Source()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string code = string.Concat(Block().Matches(readme).Select(match => match.Groups[1].Value));
        Assert.Contains("Ranking.Top", code, StringComparison.Ordinal);
        IEnumerable<string> usings = Using().Matches(code).Select(match => match.Value).Distinct();
        return string.Join('\n', usings) + """

            Item[] items = [new("b1", 3, 1), new("b2", 9.5, 2), new("new", 1, 1)];
            """ + Using().Replace(code, "") + """

            System.Console.WriteLine(found + " ranked");
            internal sealed record Item(string Brand, double Price, double Bid);
            """;
    }

    /// <summary>The files that the program reads.</summary>
    public static void WriteInputs(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "esmm.json"), Config);
        File.WriteAllText(Path.Combine(folder, "a.csv"), "user_id,brand,price,click,conversion\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"u{i % 7},b{i % 5},{i % 11},{(i % 3 == 0 ? 1 : 0)},{(i % 9 == 0 ? 1 : 0)}\n")));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^using [\w.]+;$", RegexOptions.Multiline)]
    private static partial Regex Using();
}
