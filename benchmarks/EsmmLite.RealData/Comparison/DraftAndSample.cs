using EsmmLite.Formats.Drafting;
using EsmmLite.Formats.Profiling;
using EsmmLite.Training;

namespace EsmmLite.RealData.Comparison;

/// <summary>Trains the config that <c>esmm init</c> drafts from the training part, untouched, and the sample config that a person wrote, on the same parts of the log.</summary>
internal static class DraftAndSample
{
    /// <summary>Compares the two over the seeds 1, 2, ..; each seed is a split of its own unless the parts are given files.</summary>
    public static IReadOnlyList<SeedResult> Run(RealDataSet set, string dataFolder, string samplesFolder, int seeds, Action<SeedResult>? done = null, IReadOnlyList<string>? overrides = null)
    {
        EsmmConfig sample = EsmmConfig.Load(Path.Combine(samplesFolder, set.Config));
        return Seeds.Run(seeds, seed => Run(set, dataFolder, sample.WithSeed(seed), overrides), done);
    }

    private static SeedResult Run(RealDataSet set, string dataFolder, EsmmConfig sample, IReadOnlyList<string>? overrides)
    {
        ulong seed = sample.Training.Seed;
        using ThreeParts logs = ThreeParts.Of(set, dataFolder, seed);
        IReadOnlyList<string> header = logs.Training.Header();
        LogProfileOptions options = new()
        {
            Click = LabelRule.Parse(set.Click, set.Name, header),
            Conversion = LabelRule.Parse(set.Conversion, set.Name, header),
            Group = set.Group,
        };
        string json = ConfigDraft.Of(LogProfiler.Run(logs.Training, options)).ToJson();
        EsmmConfig draft = EsmmConfig.Parse(json, "draft", overrides).WithSeed(seed);
        using EncodedParts ofDraft = new(logs, draft.Schema, seed), ofSample = new(logs, sample.Schema, seed);
        return new SeedResult(seed, ofDraft.Counts, ofDraft.Train(draft.Model, draft.Training), ofSample.Train(sample.Model, sample.Training));
    }
}
