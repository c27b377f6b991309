using System.Text.Json;

namespace EsmmLite.Cli.Reporting;

/// <summary>Losses and metrics by epoch, as a model file keeps them.</summary>
internal sealed class TrainingHistory
{
    private readonly List<(int Epoch, JsonElement Values)> _epochs = [];

    private TrainingHistory(JsonElement root)
    {
        KeptEpoch = root.TryGetProperty("keptEpoch", out JsonElement kept) && kept.TryGetInt32(out int epoch) ? epoch : 0;
        if (root.TryGetProperty("epochs", out JsonElement epochs) && epochs.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement values in epochs.EnumerateArray())
            {
                if (values.ValueKind == JsonValueKind.Object && values.TryGetProperty("epoch", out JsonElement number) && number.TryGetInt32(out int at))
                {
                    _epochs.Add((at, values));
                }
            }
        }
    }

    public int KeptEpoch { get; }

    public int Epochs => _epochs.Count;

    /// <summary>Reads it; null for a model that keeps none.</summary>
    public static TrainingHistory? Read(string? text)
    {
        if (text is null)
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(text);
        return new TrainingHistory(json.RootElement.Clone());
    }

    /// <summary>A number of each epoch that has it.</summary>
    /// <param name="path">Its names, from the outside in.</param>
    public IEnumerable<(int Epoch, double Value)> Numbers(params string[] path)
    {
        foreach ((int epoch, JsonElement values) in _epochs)
        {
            JsonElement at = values;
            if (path.All(name => at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out at)) && at.ValueKind == JsonValueKind.Number)
            {
                yield return (epoch, at.GetDouble());
            }
        }
    }
}
