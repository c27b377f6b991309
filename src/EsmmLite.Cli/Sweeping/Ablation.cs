using System.Text.Json.Nodes;
using EsmmLite.Training;

namespace EsmmLite.Cli.Sweeping;

/// <summary>A config without one of its parts.</summary>
/// <param name="Part">The part.</param>
/// <param name="Config">The config without it; null where it can't be without.</param>
internal sealed record Ablation(string Part, EsmmConfig? Config)
{
    /// <summary>The parts of a config, each switched off by itself: fields with their crosses, crosses, the last layer of each tower, losses.</summary>
    public static IReadOnlyList<Ablation> Of(EsmmConfig config)
    {
        List<Ablation> all = [];
        foreach (string field in config.Schema.Fields.Select(field => field.Name))
        {
            all.Add(Without("field " + field, config, root =>
            {
                Remove(root["fields"], item => item["name"]?.GetValue<string>() == field);
                Remove(root["crosses"], item => item is JsonArray pair && pair.Any(name => name?.GetValue<string>() == field));
            }));
        }

        for (int cross = 0; cross < config.Schema.Crosses.Count; cross++)
        {
            int place = cross;
            all.Add(Without($"cross {config.Schema.Crosses[cross].First} x {config.Schema.Crosses[cross].Second}", config, root => root["crosses"]!.AsArray().RemoveAt(place)));
        }

        foreach (string tower in (string[])["ctr", "cvr"])
        {
            if (JsonNode.Parse(config.ToJson())!["towers"]?[tower] is JsonArray { Count: > 0 } layers)
            {
                all.Add(Without($"layer {layers.Count} of the {tower} tower ({layers[^1]!.ToJsonString()})", config, root => root["towers"]![tower]!.AsArray().RemoveAt(layers.Count - 1)));
            }
        }

        foreach (string loss in (string[])["ctr", "ctcvr"])
        {
            if (JsonNode.Parse(config.ToJson())!["loss"]?[loss] is JsonValue weight && weight.GetValue<double>() > 0)
            {
                all.Add(Without("loss " + loss, config, root => root["loss"]![loss] = 0));
            }
        }

        return all;
    }

    private static Ablation Without(string part, EsmmConfig config, Action<JsonNode> change)
    {
        JsonNode root = JsonNode.Parse(config.ToJson())!;
        change(root);
        try
        {
            return new Ablation(part, EsmmConfig.Parse(root.ToJsonString(), "config without " + part));
        }
        catch (EsmmException)
        {
            // Another part needs it: a shared table, a sequence, the only field.
            return new Ablation(part, null);
        }
    }

    private static void Remove(JsonNode? list, Func<JsonNode, bool> wanted)
    {
        if (list is JsonArray items)
        {
            foreach (JsonNode? item in items.Where(item => item is not null && wanted(item)).ToArray())
            {
                items.Remove(item);
            }
        }
    }
}
