using System.Globalization;

namespace EsmmLite.PeerComparison.Speed;

/// <summary>What the command line of <c>speed</c> says.</summary>
internal sealed record SpeedOptions
{
    /// <summary>The command's syntax.</summary>
    public const string Usage =
        "speed [--rounds 7] [--only limits,train,large,grow,score,request,serve] [--out DIR] [--quick]\n" +
        "             [--torch-env NAME=VALUE]... [--torch-env-label TEXT]";

    /// <summary>Rounds; every contestant is measured once in each.</summary>
    public int Rounds { get; private set; } = 7;

    /// <summary>Seconds measured for a figure.</summary>
    public double Seconds { get; private set; } = 0.25;

    /// <summary>Seconds of calls before a figure; longer before a contestant's first in a process.</summary>
    public double WarmUp { get; private set; } = 0.25;

    /// <summary>Whether this is only a look at whether all works.</summary>
    public bool Quick { get; private set; }

    /// <summary>Groups to measure; all when empty.</summary>
    public IReadOnlyList<string> Only { get; private set; } = [];

    /// <summary>Where to write; <c>benchmarks/results/CPU</c> when null.</summary>
    public string? Out { get; private set; }

    /// <summary>Environment of a second set of TorchSharp figures; none when empty.</summary>
    public Dictionary<string, string> TorchEnvironment { get; } = [];

    /// <summary>What that second set is called.</summary>
    public string TorchLabel { get; private set; } = "";

    /// <summary>Reads arguments.</summary>
    /// <exception cref="FormatException">One of them is not valid.</exception>
    public static SpeedOptions Parse(string[] args)
    {
        SpeedOptions options = new();
        bool rounds = false;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--rounds":
                    options.Rounds = int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
                        ? count : throw new FormatException("--rounds needs a number from 1");
                    rounds = true;
                    break;
                case "--only":
                    options.Only = Value().Split(',');
                    break;
                case "--out":
                    options.Out = Value();
                    break;
                case "--quick":
                    options.Quick = true;
                    break;
                case "--torch-env":
                    string[] pair = Value().Split('=', 2);
                    options.TorchEnvironment[pair[0]] = pair.Length == 2 ? pair[1] : throw new FormatException("--torch-env needs NAME=VALUE");
                    break;
                case "--torch-env-label":
                    options.TorchLabel = Value();
                    break;
                default:
                    throw new FormatException($"'{args[i]}' is not an option");
            }

            string Value() => ++i < args.Length ? args[i] : throw new FormatException($"{args[i - 1]} needs a value");
        }

        string[] unknown = [.. options.Only.Where(group => !Tasks.TaskList.Groups.Any(known => known.Group == group))];
        if (unknown.Length > 0)
        {
            throw new FormatException($"there is no group '{unknown[0]}'");
        }

        if (options.TorchLabel.Length == 0)
        {
            options.TorchLabel = "with " + string.Join(", ", options.TorchEnvironment.Keys);
        }

        if (options.Quick)
        {
            options.Seconds = 0.05;
            options.WarmUp = 0.02;
            options.Rounds = rounds ? options.Rounds : 1;
        }

        return options;
    }

    /// <summary>Whether a group is to be measured.</summary>
    public bool Takes(string group) => Only.Count == 0 || Only.Contains(group);
}
