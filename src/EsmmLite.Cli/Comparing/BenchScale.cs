using EsmmLite.Diagnostics;
using EsmmLite.Experiments.PaperBench;

namespace EsmmLite.Cli.Comparing;

/// <summary>How much <c>esmm paper-bench</c> does.</summary>
internal static class BenchScale
{
    public const int Repeats = 5;
    public const int QuickRepeats = 3;
    public const int Rows = 300_000;
    public const int QuickRows = 40_000;

    /// <summary>Small networks.</summary>
    public static BenchSettings QuickSettings { get; } = new() { Dim = 8, Layers = [32, 16], Epochs = 6, Patience = 1, ClickedEpochs = 20, ClickedPatience = 2, LeastSteps = 400, LeastPatience = 50 };

    /// <summary>The methods of some names, in the paper's order, with BASE.</summary>
    public static IReadOnlyList<BenchMethod> MethodsOf(string[] names)
    {
        string[] known = [.. BenchMethod.All.Select(m => m.Name)];
        foreach (string name in names.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            throw new EsmmException(EsmmErrorKind.Usage, "there is no method " + ErrorText.Quote(name), "--methods", "some of " + string.Join(", ", known), ErrorText.Nearest(name, known) is { } near ? "Did you mean " + near + "?" : null);
        }

        return names.Length == 0 ? BenchMethod.All : [.. BenchMethod.All.Where(m => m == BenchMethod.Base || names.Contains(m.Name, StringComparer.OrdinalIgnoreCase))];
    }
}
