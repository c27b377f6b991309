using System.Globalization;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Prints the lines and remembers whether one failed.</summary>
internal sealed class CheckBoard(TextWriter writer)
{
    /// <summary>Whether no line failed.</summary>
    public bool Passed { get; private set; } = true;

    /// <summary>A value that has to be at most a limit.</summary>
    public void AtMost(string what, double value, double limit) => Line(what, value, "<=", limit, value <= limit);

    /// <summary>A value that has to be at least a limit.</summary>
    public void AtLeast(string what, double value, double limit) => Line(what, value, ">=", limit, value >= limit);

    private void Line(string what, double value, string relation, double limit, bool good)
    {
        Passed &= good;
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {(good ? "ok  " : "FAIL")} {what,-50} {value,9:0.0e+00} {relation} {limit:0e+00}"));
    }
}
