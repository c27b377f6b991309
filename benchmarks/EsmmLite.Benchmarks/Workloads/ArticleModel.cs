using EsmmLite.Experiments.Simulation;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Benchmarks.Workloads;

/// <summary>The default model, samples/article.json, and impressions for it.</summary>
internal static class ArticleModel
{
    /// <summary>Multiply-adds of one impression's way to its logits.</summary>
    internal const double MultiplyAdds = 2 * ((192 * 512) + (512 * 128) + (128 * 64) + 64);

    /// <summary>Weights and biases of its towers.</summary>
    internal const int TowerParameters = 2 * (98_816 + 65_664 + 8_256 + 65);

    /// <summary>The sample's configuration.</summary>
    /// <param name="requestFields">How many of the 11 fields belong to the request: the last ones; null for the sample's own sides.</param>
    internal static EsmmConfig Config(int? requestFields = null)
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "EsmmLite.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        EsmmConfig config = EsmmConfig.Load(Path.Combine(root ?? throw new InvalidOperationException("The repository, with its samples, is not above this program."), "samples", "article.json"));
        int count = config.Schema.Fields.Count;
        return requestFields is not { } wanted ? config : config with
        {
            Schema = config.Schema with { Fields = [.. config.Schema.Fields.Select((f, i) => f with { Side = i >= count - wanted ? Side.Request : Side.Candidate })] },
        };
    }

    internal static EsmmModel Create(EsmmConfig config) => EsmmModel.Create(FeatureSpace.FromSchema(config.Schema), config.Model);

    /// <summary>Impressions with Zipf ids.</summary>
    internal static ImpressionBatch[] Batches(FeatureSpace space, int rows, int count) => DrawnImpressions.Batches(space, rows, count, 20260101);
}
