using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Golden;

/// <summary>A golden file of the family: a small model computed by libtorch in float64.</summary>
internal sealed class FamilyGolden
{
    private const string Fields = """
        [
          { "name": "user", "kind": "hashed", "side": "request", "buckets": 5, "dim": 4 },
          { "name": "item", "kind": "hashed", "side": "candidate", "buckets": 7, "dim": 4 },
          { "name": "n", "kind": "numeric", "side": "candidate", "standardise": false }
        ]
        """;

    private const string FieldsAndActions = """
        [
          { "name": "user", "kind": "hashed", "side": "request", "buckets": 5, "dim": 4 },
          { "name": "item", "kind": "hashed", "side": "candidate", "buckets": 7, "dim": 4 },
          { "name": "kind", "kind": "hashed", "side": "candidate", "buckets": 3, "dim": 3 },
          { "name": "items", "kind": "hashed", "side": "request", "shares": "item", "list": { "maxValues": 4, "keep": "last" } },
          { "name": "kinds", "kind": "hashed", "side": "request", "shares": "kind", "list": { "maxValues": 4, "keep": "last" } },
          { "name": "n", "kind": "numeric", "side": "candidate", "standardise": false }
        ]
        """;

    private const string History = """[{ "name": "history", "actions": ["items", "kinds"], "candidate": ["item", "kind"] }]""";

    private readonly JsonElement _root;

    private FamilyGolden(string name, JsonElement root)
    {
        _root = root;
        JsonObject config = JsonObject.Create(root.GetProperty("config"))!;
        bool sequences = root.GetProperty("sequences").GetBoolean();
        config["fields"] = JsonNode.Parse(sequences ? FieldsAndActions : Fields);
        if (sequences)
        {
            config["sequences"] = JsonNode.Parse(History);
        }

        config["labels"] = new JsonArray([.. root.GetProperty("labels").EnumerateArray().Select(label => new JsonObject { ["name"] = label.GetString() })]);
        Config = EsmmConfig.Parse(config.ToJsonString(), name);
    }

    internal EsmmConfig Config { get; }

    internal double[][] Logits => [.. _root.GetProperty("logits").EnumerateArray().Select(GoldenFile.Values)];

    internal IEnumerable<(string Name, double Weight, double Value)> Losses =>
        _root.GetProperty("losses").EnumerateArray().Select(l => (l.GetProperty("name").GetString()!, l.GetProperty("weight").GetDouble(), l.GetProperty("value").GetDouble()));

    internal double Total => _root.GetProperty("total").GetDouble();

    internal Dictionary<string, double[]> Gradients => Tensors(_root.GetProperty("gradients"));

    internal int Rows => _root.GetProperty("batch").GetProperty("numbers").GetArrayLength();

    internal (int Start, int End)[] Steps => [.. _root.GetProperty("training").GetProperty("steps").EnumerateArray().Select(s => (s[0].GetInt32(), s[1].GetInt32()))];

    internal static FamilyGolden Read(string name, [CallerFilePath] string here = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "golden", "family", name + ".json");
        return new FamilyGolden(name, JsonDocument.Parse(File.ReadAllBytes(path)).RootElement);
    }

    /// <summary>A setting of an optimizer.</summary>
    internal double Setting(string optimizer, string name) => _root.GetProperty("training").GetProperty(optimizer).GetProperty(name).GetDouble();

    /// <summary>Weights after the steps of an optimizer.</summary>
    internal Dictionary<string, double[]> Trained(string optimizer) => Tensors(_root.GetProperty("training").GetProperty(optimizer).GetProperty("weights"));

    /// <summary>The model with the file's initial weights.</summary>
    internal EsmmModel CreateModel()
    {
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(Config.Schema), Config.Model);
        GoldenFile.SetWeights(model, Tensors(_root.GetProperty("initial")));
        return model;
    }

    /// <summary>Some rows of the file's batch.</summary>
    internal ImpressionBatch Batch(FeatureSpace space, int start, int end)
    {
        JsonElement b = _root.GetProperty("batch");
        ImpressionBatch batch = space.CreateBatch(end - start);
        batch.Count = end - start;
        Assert.Equal(b.GetProperty("ids").GetArrayLength(), batch.IdSlots);
        for (int r = start; r < end; r++)
        {
            for (int s = 0; s < batch.IdSlots; s++)
            {
                batch.Ids(s)[r - start] = b.GetProperty("ids")[s][r].GetInt32();
            }

            batch.Numbers(0)[r - start] = b.GetProperty("numbers")[r].GetSingle();
            for (int stage = 0; stage < batch.Stages; stage++)
            {
                batch.Labels(stage)[r - start] = b.GetProperty("labels")[stage][r].GetByte();
            }
        }

        return batch;
    }

    private static Dictionary<string, double[]> Tensors(JsonElement tensors) =>
        tensors.EnumerateObject().ToDictionary(p => p.Name, p => GoldenFile.Values(p.Value.GetProperty("values")));
}
