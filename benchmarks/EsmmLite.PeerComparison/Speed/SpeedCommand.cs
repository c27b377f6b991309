using System.Globalization;
using EsmmLite.PeerComparison.Speed.Engines;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Report;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed;

/// <summary>All engines on the same work in turn, round by round; prints the report and writes it as Markdown and JSON.</summary>
internal static class SpeedCommand
{
    /// <summary>Runs the comparison; 1 when engines disagree or a process fails, 2 when the arguments are not valid.</summary>
    public static int Run(string[] args)
    {
        SpeedOptions options;
        try
        {
            options = SpeedOptions.Parse(args);
        }
        catch (FormatException fault)
        {
            Console.Error.WriteLine(fault.Message);
            Console.Error.WriteLine("usage: " + SpeedOptions.Usage);
            return 2;
        }

        IReadOnlyList<Setting> settings = Setting.Of(options);
        List<string> parity = [];
        foreach (Setting setting in settings.Where(setting => setting.Engine == Contestants.Torch))
        {
            parity.Add($"Parity{setting.Label}:");
            Console.Error.WriteLine(parity[^1]);
            if (!Child(["parity"], setting, line =>
            {
                parity.Add(line);
                Console.Error.WriteLine(line);
            }))
            {
                return 1;
            }
        }

        Results results = new(settings, options.Quick);
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (string group in TaskList.Groups.Select(group => group.Group).Where(options.Takes))
            {
                foreach (Setting setting in settings.Where(setting => setting.Takes(group) && Any(setting.Engine, group, options.Quick)))
                {
                    Console.Error.WriteLine($"round {round + 1} of {options.Rounds}: {group}, {setting.Engine}{setting.Suffix}");
                    string[] arguments = ["measure", setting.Engine, group, Text(options.Seconds), Text(options.WarmUp), options.Quick ? "quick" : "full"];
                    if (!Child(arguments, setting, line => results.Add(round, setting, Measurement.FromLine(line))))
                    {
                        return 1;
                    }
                }
            }
        }

        Versions versions = Versions.Read(parity);
        string folder = options.Out ?? Path.Combine("benchmarks", "results", versions.CpuSlug);
        Directory.CreateDirectory(folder);
        string markdown = MarkdownReport.Write(options, versions, parity, results);
        Console.WriteLine(markdown);
        File.WriteAllText(Path.Combine(folder, "speed.md"), markdown);
        File.WriteAllText(Path.Combine(folder, "speed.json"), JsonReport.Write(options, versions, results));
        Console.Error.WriteLine($"written: {Path.Combine(folder, "speed.md")} and speed.json");
        return 0;
    }

    private static bool Any(string engine, string group, bool quick) =>
        TaskList.All(quick).Any(task => task.Group == group && Contestants.Of(engine).Any(contestant => contestant.Handles(task)));

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool Child(IEnumerable<string> arguments, Setting setting, Action<string> line)
    {
        (int code, string errors) = ChildProcess.Run(arguments, setting.Environment, line);
        if (code != 0)
        {
            Console.Error.WriteLine($"{setting.Engine}{setting.Suffix}, {string.Join(' ', arguments)}: ended with code {code}");
            Console.Error.WriteLine(errors);
        }

        return code == 0;
    }
}
