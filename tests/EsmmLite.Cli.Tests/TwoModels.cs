namespace EsmmLite.Cli.Tests;

/// <summary>A small log, a part of it to measure on with values that training never saw, and two models of it.</summary>
public sealed class TwoModels : IDisposable
{
    private readonly TestFolder _folder = new();

    public TwoModels()
    {
        string[] lines = SmallLog.Text(3000).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        _folder.Write("log.csv", string.Join('\n', lines[..2401]) + "\n");
        _folder.Write("test.csv", lines[0] + "\n" + string.Join('\n', lines[2401..].Select((line, i) => i % 10 == 0 ? "new" + line : line)) + "\n");
        _folder.Write("esmm.json", SmallLog.Config);
        foreach ((string name, string seed) in new[] { ("a", "1"), ("b", "2") })
        {
            EsmmTool.Good("train", "--config", _folder["esmm.json"], "--data", _folder["log.csv"], "--holdout", "0.2", "--holdout-by", "user", "--seed", seed, "--out", _folder[name + ".safetensors"]);
        }
    }

    public string A => _folder["a.safetensors"];

    public string B => _folder["b.safetensors"];

    public string Config => _folder["esmm.json"];

    public string Log => _folder["log.csv"];

    public string Test => _folder["test.csv"];

    public string PathOf(string name) => _folder[name];

    public void Dispose() => _folder.Dispose();
}
