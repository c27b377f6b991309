using System.Text.RegularExpressions;

namespace EsmmLite.Tests.Architecture;

/// <summary>Finds, in the text of a source file, what the order of the rooms forbids.</summary>
internal static partial class RoomScanner
{
    /// <summary>The rooms of the engine: a room uses only rooms before it.</summary>
    public static readonly string[] Order =
        ["Diagnostics", "Memory", "Kernels", "Features", "Layers", "Persistence", "Calibration", "Model", "Evaluation", "Training", "Scoring"];

    /// <summary>The faults of one file.</summary>
    /// <param name="room">The folder that holds the file.</param>
    /// <param name="source">The file's text.</param>
    public static IEnumerable<string> Faults(string room, string source)
    {
        int own = Array.IndexOf(Order, room);
        if (own < 0)
        {
            yield return $"'{room}' is not a room";
            yield break;
        }

        string code = CommentsAndStrings().Replace(source, m => m.Value[0] == '/' ? " " : "\"\"");
        string home = Namespace().Match(code).Groups[1].Value;
        if (home != "EsmmLite." + room && !(room == "Diagnostics" && home == "EsmmLite"))
        {
            yield return $"the namespace is '{home}'";
        }

        // A room is named by its full name, or by its last part: inside EsmmLite the prefix may be left out.
        foreach (string other in Names().Matches(code).Select(m => m.Groups[1].Value).Distinct())
        {
            int index = Array.IndexOf(Order, other);
            if (index > own || (room == "Scoring" && other == "Training"))
            {
                yield return $"{room} names {other}";
            }
        }

        if (GlobalUsing().IsMatch(code))
        {
            yield return "a global using reaches into every room";
        }
    }

    // Strings are matched too, so that a // inside one starts no comment; what they say is not code either.
    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|@?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""", RegexOptions.Singleline)]
    private static partial Regex CommentsAndStrings();

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?:\bEsmmLite\.|(?<![\w.]))(Diagnostics|Memory|Kernels|Features|Layers|Persistence|Model|Evaluation|Training|Scoring)(?=\s*[.;])")]
    private static partial Regex Names();

    [GeneratedRegex(@"\bglobal\s+using\s+(?:static\s+)?(?:\w+\s*=\s*)?EsmmLite\b")]
    private static partial Regex GlobalUsing();
}
