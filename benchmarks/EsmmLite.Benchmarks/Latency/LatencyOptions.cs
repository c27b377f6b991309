using System.Globalization;

namespace EsmmLite.Benchmarks.Latency;

/// <summary>What the latency command was asked to do.</summary>
internal sealed record LatencyOptions
{
    internal const string Usage = """
        usage: EsmmLite.Benchmarks latency [--part both|loop|busy] [--candidates 400] [--shared 5] [--rounds 7] [--loop-seconds 3]
                                           [--busy-candidates 100] [--busy-seconds 60] [--neighbour registers|training] [--out DIR]
        """;

    internal string Part { get; private set; } = "both";

    /// <summary>Candidates of a request in the closed loop.</summary>
    internal int Candidates { get; private set; } = 400;

    /// <summary>Fields of the request, of 11.</summary>
    internal int Shared { get; private set; } = 5;

    internal int Rounds { get; private set; } = 7;

    internal double LoopSeconds { get; private set; } = 3;

    /// <summary>Candidates of a request beside a busy thread.</summary>
    internal int BusyCandidates { get; private set; } = 100;

    internal double BusySeconds { get; private set; } = 60;

    internal string Neighbour { get; private set; } = "registers";

    internal string? Out { get; private set; }

    /// <summary>Reads the arguments; null if they can't be understood.</summary>
    internal static LatencyOptions? Read(string[] args)
    {
        LatencyOptions options = new();
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !options.Take(args[i], args[i + 1]))
            {
                Console.Error.WriteLine("'" + args[i] + "' is not understood, or its value is missing or out of range");
                Console.Error.WriteLine(Usage);
                return null;
            }
        }

        return options;
    }

    private bool Take(string name, string value)
    {
        int whole = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0;
        double seconds = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double s) && s <= 86_400 ? s : 0;
        switch (name)
        {
            case "--part":
                Part = value;
                return value is "both" or "loop" or "busy";
            case "--candidates":
                Candidates = whole;
                return whole is > 0 and <= 100_000;
            case "--shared":
                Shared = whole;
                return whole is > 0 and < 11;
            case "--rounds":
                Rounds = whole;
                return whole is > 0 and <= 1000;
            case "--loop-seconds":
                LoopSeconds = seconds;
                return seconds > 0;
            case "--busy-candidates":
                BusyCandidates = whole;
                return whole is > 0 and <= 100_000;
            case "--busy-seconds":
                BusySeconds = seconds;
                return seconds > 0;
            case "--neighbour":
                Neighbour = value;
                return value is "registers" or "training";
            case "--out":
                Out = value;
                return value.Length > 0;
            default:
                return false;
        }
    }
}
