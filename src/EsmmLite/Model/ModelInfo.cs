namespace EsmmLite.Model;

/// <summary>What a model file says about how the model came to be. Nothing in it depends on the machine, the threads or the time.</summary>
public sealed record ModelInfo
{
    /// <summary>The resolved config: everything that the weights depend on, as JSON.</summary>
    public string ConfigJson { get; init; } = "{}";

    /// <summary>Training steps taken.</summary>
    public long TrainStep { get; init; }

    /// <summary>Fingerprint of the training data: a digest of the files' contents, and their rows.</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>Which rows and labels of the training data were used, in words: what was set aside, and the times; null for all.</summary>
    public string? DataSelection { get; init; }

    /// <summary>Metrics of the best epoch, as JSON.</summary>
    public string? MetricsJson { get; init; }
}
