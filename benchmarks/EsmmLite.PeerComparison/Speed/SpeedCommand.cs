using EsmmLite.PeerComparison.Speed.Engines;
using EsmmLite.PeerComparison.Speed.Measuring;
using EsmmLite.PeerComparison.Speed.Report;

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
        if (!settings.Where(setting => setting.Engine == Contestants.Torch).All(setting => Parity(setting, parity)))
        {
            return 1;
        }

        Results results = new(settings, options.Quick);
        if (!new Rounds(options, settings, results).Run())
        {
            return 1;
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

    private static bool Parity(Setting setting, List<string> lines)
    {
        Console.Error.WriteLine($"Parity{setting.Label}:");
        (int code, string errors) = ChildProcess.Run(["parity"], setting.Environment, line =>
        {
            lines.Add(line);
            Console.Error.WriteLine(line);
        });
        if (code != 0)
        {
            Console.Error.WriteLine($"parity: ended with code {code}\n{errors}");
        }

        return code == 0;
    }
}
