using System.Globalization;

namespace EsmmLite.Benchmarks.Kernels;

/// <summary>What the kernels command was asked to do.</summary>
internal sealed record KernelsOptions
{
    internal const string Usage = "usage: EsmmLite.Benchmarks kernels [--rounds 7] [--milliseconds 50] [--out DIR]";

    internal int Rounds { get; private set; } = 7;

    /// <summary>Measured of a kernel in a round.</summary>
    internal int Milliseconds { get; private set; } = 50;

    internal string? Out { get; private set; }

    /// <summary>Reads the arguments; null if they can't be understood.</summary>
    internal static KernelsOptions? Read(string[] args)
    {
        KernelsOptions options = new();
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
        switch (name)
        {
            case "--rounds":
                Rounds = whole;
                return whole is > 0 and <= 1000;
            case "--milliseconds":
                Milliseconds = whole;
                return whole is > 0 and <= 10_000;
            case "--out":
                Out = value;
                return value.Length > 0;
            default:
                return false;
        }
    }
}
