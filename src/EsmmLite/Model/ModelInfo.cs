using EsmmLite.Diagnostics;

namespace EsmmLite.Model;

/// <summary>What a model file says about how the model came to be. Nothing in it depends on the machine, the threads or the time.</summary>
public sealed record ModelInfo
{
    /// <summary>The resolved config: everything that the weights depend on, as a JSON object.</summary>
    public string ConfigJson { get; init; } = "{}";

    /// <summary>Training steps taken.</summary>
    public long TrainStep { get; init; }

    /// <summary>Fingerprint of the training data: a digest of the files' contents, and their rows; hexadecimal.</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>Which rows and labels of the training data were used, in words: what was set aside, and the times; null for all.</summary>
    public string? DataSelection { get; init; }

    /// <summary>How many impressions, clicks and conversions it was trained on; null where that is not known.</summary>
    public DataCounts? DataCounts { get; init; }

    /// <summary>Digest of the model file whose weights this one began with; null for initial weights that were drawn. Hexadecimal.</summary>
    public string? InitialModel { get; init; }

    /// <summary>Metrics of the best epoch, as a JSON object.</summary>
    public string? MetricsJson { get; init; }

    /// <summary>Losses and metrics of each epoch, as a JSON object: <c>keptEpoch</c> and <c>epochs</c>; null where they were not kept.</summary>
    public string? HistoryJson { get; init; }

    /// <summary>Refuses texts that no other reader could read: a file from elsewhere is not trusted, and one that nobody loads is not written.</summary>
    internal void Check(string source, EsmmErrorKind kind)
    {
        ConfigNode.Parse(ConfigJson, source + "config", kind);
        if (MetricsJson is not null)
        {
            ConfigNode.Parse(MetricsJson, source + "metrics", kind);
        }

        if (HistoryJson is not null)
        {
            ConfigNode.Parse(HistoryJson, source + "history", kind);
        }

        if (TrainStep < 0)
        {
            throw new EsmmException(kind, $"the training step is {TrainStep}", source + "train_step", "a count");
        }

        RequireHexadecimal(DataFingerprint, "the fingerprint", source + "data_fingerprint", kind);
        RequireHexadecimal(InitialModel, "the earlier model's digest", source + "init_from", kind);
    }

    private static void RequireHexadecimal(string? text, string what, string where, EsmmErrorKind kind)
    {
        if (text is not null && !text.All(char.IsAsciiHexDigit))
        {
            throw new EsmmException(kind, what + " is " + ErrorText.Quote(text), where, "hexadecimal digits");
        }
    }
}
