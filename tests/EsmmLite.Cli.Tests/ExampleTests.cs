using System.Diagnostics;
using System.IO.Compression;
using System.Globalization;
using System.Text;

namespace EsmmLite.Cli.Tests;

/// <summary>The files that the examples of the help name: a log in several pieces, a config for it, a model.</summary>
public sealed class ExampleFiles : IDisposable
{
    private const string Config =
        """
        {
          "fields": [
            {"name": "user_id", "kind": "hashed", "buckets": 50, "dim": 4, "side": "request"},
            {"name": "item", "kind": "hashed", "buckets": 50, "dim": 4},
            {"name": "price", "kind": "numeric", "standardise": false}
          ],
          "labels": [{"name": "click"}, {"name": "conversion", "timeColumn": "converted_at"}],
          "time": {"column": "shown_at", "zone": "UTC"},
          "towers": {"ctr": [8], "cvr": [8]},
          "training": {"batch": 64, "epochs": 2, "learningRate": 0.01}
        }
        """;

    private readonly TestFolder _folder = new();

    public ExampleFiles()
    {
        _folder.Write("esmm.json", Config);
        foreach (string name in (string[])["log.csv", "a.csv", "b.csv", "v.csv", "test.csv", "new.csv"])
        {
            string text = Log(name == "log.csv" ? 20_000 : 2_000);
            _folder.Write(name, text);
            using var gzip = new GZipStream(File.Create(_folder[name + ".gz"]), CompressionLevel.Fastest);
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        _folder.Write("skeleton.csv", "1,0,0,u1,2,205\u00027\u00031.0\u0001508\u00029\u00032.3\n2,1,1,u1,1,205\u00028\u00031.0\n");
        _folder.Write("common.csv", "u1,2,101\u000231\u00031.0\u0001109_14\u00025\u00030.69\n");
        _folder.Write("log.jsonl", JsonLines(Log(2_000).TrimEnd('\n').Split('\n')));
        EsmmTool.Good("train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--out", _folder["model.safetensors"]);
        EsmmTool.Good("train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--seed", "2", "--out", _folder["new.safetensors"]);
        Directory.CreateDirectory(_folder["bin"]);
        File.WriteAllText(_folder["bin/esmm"], "#!/bin/sh\nexec dotnet \"" + Path.Combine(AppContext.BaseDirectory, "esmm.dll") + "\" \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder["bin/esmm"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs a command line in a shell, in a folder of its own that holds the files; a config that the command writes is not there yet.</summary>
    public void Run(string command)
    {
        using var folder = new TestFolder();
        foreach (string file in Directory.GetFiles(_folder.Path))
        {
            File.Copy(file, folder[Path.GetFileName(file)]);
        }

        if (command.StartsWith("esmm init ", StringComparison.Ordinal))
        {
            File.Delete(folder["esmm.json"]);
        }

        var start = new ProcessStartInfo("bash") { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string arg in (string[])["-o", "pipefail", "-c", command])
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment["PATH"] = _folder["bin"] + ":" + Environment.GetEnvironmentVariable("PATH");
        using Process process = Process.Start(start)!;
        ToolRun run = EsmmTool.Finish(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.True(run.Code == 0, command + "\ncode " + run.Code + "\n" + run.Output + run.Error);
        Assert.DoesNotContain("esmm: ", run.Error, StringComparison.Ordinal);
    }

    /// <summary>An impression every two minutes of June 2013, six of them a search. The labels under three pairs of names, as the examples of 'esmm init' have them.</summary>
    private static string JsonLines(string[] lines)
    {
        string[] names = lines[0].Split(',');
        return string.Concat(lines[1..].Select(line => "{" + string.Join(',', names.Zip(line.Split(','), (name, value) => $"\"{name}\":\"{value}\"")) + "}\n"));
    }

    private static string Log(int rows)
    {
        var text = new StringBuilder("srch_id,search_id,user_id,item,price,shown_at,click,conversion,converted_at,clicked,bought,result\n");
        for (int i = 0; i < rows; i++)
        {
            DateTime shown = new DateTime(2013, 6, 2).AddMinutes(i * 2);
            int click = i % 5 == 0 ? 1 : 0, conversion = i % 15 == 0 ? 1 : 0;
            string at = conversion == 1 ? Text(shown.AddHours(i % 100)) : "", result = click == 0 ? "Withdrawn" : conversion == 0 ? "Fail" : i % 2 == 0 ? "Pass" : "Distinction";
            text.Append(CultureInfo.InvariantCulture, $"{i / 6},{i / 6},u{i * 7 % 31},i{i * 11 % 43},{i % 13}.5,{Text(shown)},{click},{conversion},{at},{click},{conversion},{result}\n");
        }

        return text.ToString();

        static string Text(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }
}

/// <summary>Every example of every command's help works as it stands there.</summary>
public sealed class ExampleTests(ExampleFiles files) : IClassFixture<ExampleFiles>
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("ESMM_LONG") == "1";

    public static TheoryData<string> Examples => [.. ToolCommands.All.Keys.SelectMany(ToolCommands.Examples).Distinct()];

    [Theory]
    [MemberData(nameof(Examples))]
    public void AnExampleWorks(string command)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the examples are for a Unix shell");
        }

        files.Run(Long ? command : command + Shortened(command));
    }

    /// <summary>What makes an example that takes half a minute or more take a part of it.</summary>
    private static string Shortened(string command) => command switch
    {
        "esmm demo" => " --quick",
        _ when command.StartsWith("esmm family-bench --quick", StringComparison.Ordinal) && !command.Contains("--variants", StringComparison.Ordinal) => " --repeats 1 --variants MMoE PCGrad",
        _ when command.Contains("-bench --quick", StringComparison.Ordinal) && !command.Contains("--repeats", StringComparison.Ordinal) => " --repeats 1",
        _ => "",
    };
}
