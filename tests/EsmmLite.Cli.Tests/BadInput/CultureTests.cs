using System.Globalization;
using System.Text;

namespace EsmmLite.Cli.Tests.BadInput;

/// <summary>Neither the language nor the time zone of the machine changes a bit: the whole tool, in processes of their own.</summary>
public sealed class CultureTests : IDisposable
{
    private const string Config =
        """
        {
          "fields": [
            {"name": "user", "kind": "vocabulary", "dim": 4, "side": "request"},
            {"name": "ITEM_ID", "kind": "hashed", "buckets": 50, "dim": 4, "integer": true},
            {"name": "price", "kind": "numeric", "clip": [0.5, 9.5]}
          ],
          "labels": [{"name": "click"}, {"name": "conversion", "timeColumn": "bought", "window": "36h"}],
          "time": {"column": "shown", "zone": "Europe/Berlin"},
          "towers": {"ctr": [8], "cvr": [8]},
          "training": {"batch": 64, "epochs": 2, "learningRate": 0.01}
        }
        """;

    private readonly TestFolder _folder = new();

    public CultureTests()
    {
        var text = new StringBuilder("user;ITEM_ID;price;click;conversion;shown;bought\n");
        for (int i = 0; i < 2000; i++)
        {
            // Turkish has two letters i, German a decimal comma; both sides of the nights when clocks change are here.
            DateTime shown = new DateTime(2024, i % 2 == 0 ? 3 : 10, i % 2 == 0 ? 29 : 25).AddMinutes(i * 3 % 2880);
            bool conversion = i % 15 == 0;
            text.Append(CultureInfo.InvariantCulture, $"{"IıiİßSS"[i % 7]}{i % 31};{i % 43}.0;{i % 13}.75;{(i % 5 == 0 ? 1 : 0)};{(conversion ? 1 : 0)};{shown:yyyy-MM-dd HH:mm};{(conversion ? shown.AddHours(i % 60).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "")}\n");
        }

        _folder.Write("esmm.json", Config);
        _folder.Write("log.csv", text.ToString());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("de_DE.UTF-8", "Europe/Berlin")]
    [InlineData("tr_TR.UTF-8", "Asia/Kathmandu")] // five and three quarters of an hour
    [InlineData("ar_SA.UTF-8", "Pacific/Chatham")] // twelve and three quarters, and summer time; another calendar
    [InlineData("fa_IR.UTF-8", "America/St_Johns")]
    public void TheResultIsThatOfTheInvariantCultureInUtc(string language, string zone)
    {
        if (EsmmTool.RunWith(Environment(language, zone), null, "--version").Code != 0)
        {
            Assert.Skip("the runtime has no cultures here: there is no ICU");
        }

        Assert.Equal(Everything("C", "UTC"), Everything(language, zone));
    }

    private string Everything(string language, string zone)
    {
        Dictionary<string, string> environment = Environment(language, zone);
        string model = _folder["model.safetensors"], config = _folder["drafted.json"];
        Run(environment, "train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--holdout", "0.25", "--holdout-by", "time", "--as-of", "2024-10-26T12:00", "--out", model);
        Run(environment, "init", "--data", _folder["log.csv"], "--click", "click", "--conversion", "conversion", "--time", "shown", "--out", config, "--force");
        return Run(environment, "inspect", model) + Run(environment, "evaluate", "--model", model, "--data", _folder["log.csv"], "--since", "2024-03-29T06:30") + Run(environment, "score", "--model", model, "--data", _folder["log.csv"], "--out", "-")
            + File.ReadAllText(config) + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(model)));
    }

    /// <summary>With cultures, even where the tests themselves run without.</summary>
    private static Dictionary<string, string> Environment(string language, string zone) => new() { ["LC_ALL"] = language, ["LANG"] = language, ["TZ"] = zone, ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0" };

    private static string Run(Dictionary<string, string> environment, params string[] command)
    {
        ToolRun run = EsmmTool.RunWith(environment, null, command);
        Assert.True(run.Code == 0, string.Join(' ', command) + "\n" + run.Error);
        return run.Output;
    }
}
