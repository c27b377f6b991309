using System.Text.Json.Nodes;
using EsmmLite.Training;

namespace EsmmLite.Experiments.FamilyBench;

/// <summary>The config that every variant is an overlay on: whatever would make it anything but plain ESMM is taken out.</summary>
public sealed class FamilyConfig
{
    private static readonly string[] NotPlain = ["model", "loss"];
    private static readonly string[] LayersNotPlain = ["activation", "slope", "layerNorm", "dropout", "residual", "skip", "others"];

    private readonly string _json;
    private readonly JsonObject? _loss;
    private readonly EsmmConfig _plain;

    /// <summary>Takes a config over.</summary>
    /// <param name="config">The config.</param>
    /// <param name="rowWeights">The field that rows are weighed by where the config names none; no field if null.</param>
    public FamilyConfig(EsmmConfig config, string? rowWeights = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        JsonObject root = JsonNode.Parse(config.ToJson())!.AsObject();
        _loss = root["loss"] as JsonObject;
        if (rowWeights is not null && _loss is not null && !_loss.ContainsKey("rowWeights"))
        {
            _loss["rowWeights"] = new JsonObject { ["ctr"] = rowWeights, ["ctcvr"] = rowWeights };
        }

        foreach (string key in NotPlain)
        {
            root.Remove(key);
        }

        foreach (string key in LayersNotPlain)
        {
            (root["towers"] as JsonObject)?.Remove(key);
        }

        _json = root.ToJsonString();
        _plain = EsmmConfig.Parse(_json, "base config");
    }

    /// <summary>Anything that the results depend on, as text.</summary>
    public string Identity => _json + _loss?.ToJsonString();

    /// <summary>Plain ESMM.</summary>
    public EsmmConfig Plain => _plain;

    /// <summary>The configs of a variant's networks: one, or two.</summary>
    /// <param name="variant">The variant.</param>
    /// <exception cref="EsmmException">The variant doesn't go with this config.</exception>
    public IReadOnlyList<EsmmConfig> Of(FamilyVariant variant)
    {
        ArgumentNullException.ThrowIfNull(variant);
        List<string> overlay = [.. variant.Overlay];
        if (variant.TakesOver is { } key)
        {
            string? value = _loss?[key]?.ToJsonString();
            overlay.Add("loss." + key + "=" + (value ?? throw new EsmmException(EsmmErrorKind.Config, "the config has no loss." + key, "loss." + key)));
        }

        return [.. new[] { overlay, variant.Second }.OfType<IReadOnlyList<string>>().Select(values => EsmmConfig.Parse(_json, "variant " + variant.Name, [.. values.Select(Filled)]))];
    }

    private string Filled(string value)
    {
        IReadOnlyList<int> ctr = _plain.Model.CtrTower, cvr = _plain.Model.CvrTower;
        return value.Contains("{first}", StringComparison.Ordinal) && cvr.Count == 0
            ? throw new EsmmException(EsmmErrorKind.Config, "there is no hidden layer that experts could stand for", "towers.cvr")
            : value.Replace("{first}", FormattableString.Invariant($"{(cvr.Count > 0 ? cvr[0] : 0)}"), StringComparison.Ordinal)
                .Replace("{ctr}", "[" + string.Join(',', ctr.Skip(1)) + "]", StringComparison.Ordinal)
                .Replace("{cvr}", "[" + string.Join(',', cvr.Skip(1)) + "]", StringComparison.Ordinal);
    }
}
