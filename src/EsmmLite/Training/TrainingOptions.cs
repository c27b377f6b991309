using System.Text;
using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Evaluation;

namespace EsmmLite.Training;

/// <summary>When to stop before the last epoch.</summary>
/// <param name="Metric">A metric of the validation report, such as <c>ctcvr.auc</c>.</param>
/// <param name="Patience">Epochs without improvement before training stops.</param>
public sealed record EarlyStopping(string Metric, int Patience);

/// <summary>How a model is trained. Everything here changes the result, and goes into the model file.</summary>
public sealed record TrainingOptions
{
    /// <summary>Adam's learning rate.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to √(v / (1 − β2^t)).</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Impressions in a step.</summary>
    public int Batch { get; init; } = 1024;

    /// <summary>The most passes over the data.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>The most steps; no limit when null. Training ends with whichever comes first.</summary>
    public long? Steps { get; init; }

    /// <summary>Seed of the initial weights, the split and the order of impressions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Weight of the CTR loss.</summary>
    public double CtrWeight { get; init; } = 1;

    /// <summary>Weight of the CTCVR loss.</summary>
    public double CtcvrWeight { get; init; } = 1;

    /// <summary>Losses beside CTR and CTCVR, and what weighs them.</summary>
    public LossOptions Loss { get; init; } = new();

    /// <summary>How the learning rate changes.</summary>
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>The update rules of towers and tables.</summary>
    public OptimizerOptions Optimizer { get; init; } = new();

    /// <summary>λ of λ/2 · w², added to the loss of every row that a batch touches.</summary>
    public double TableL2 { get; init; }

    /// <summary>The longest gradient, all parameters together; a longer one is scaled down. No limit when null.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>When to stop before the last epoch; never when null.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Reads the keys <c>loss</c> and <c>training</c>; faults are collected in the node.</summary>
    public static TrainingOptions Read(ConfigNode config)
    {
        ArgumentNullException.ThrowIfNull(config);
        TrainingOptions d = new();
        ConfigNode? loss = config.Section("loss"), t = config.Section("training");
        ConfigNode? stop = t?.Section("earlyStopping");
        double beta1 = t?.Number("beta1", d.Beta1, 0, 0.999999) ?? d.Beta1;
        return new TrainingOptions
        {
            LearningRate = t?.Number("learningRate", d.LearningRate, 1e-12, 10) ?? d.LearningRate,
            Beta1 = beta1,
            Beta2 = t?.Number("beta2", d.Beta2, 0, 0.99999999) ?? d.Beta2,
            Epsilon = t?.Number("epsilon", d.Epsilon, 1e-30, 1) ?? d.Epsilon,
            Batch = t?.Integer("batch", d.Batch, 1, 1 << 20) ?? d.Batch,
            Epochs = t?.Integer("epochs", d.Epochs, 1, 1_000_000) ?? d.Epochs,
            Steps = t is not null && t.Has("steps") ? NullWhenZero(t.Long("steps", 0, 1, long.MaxValue)) : null,
            Seed = t?.Unsigned("seed", d.Seed) ?? d.Seed,
            CtrWeight = loss?.Number("ctr", d.CtrWeight, 0, 1e6) ?? d.CtrWeight,
            CtcvrWeight = loss?.Number("ctcvr", d.CtcvrWeight, 0, 1e6) ?? d.CtcvrWeight,
            Loss = LossOptions.Read(loss),
            Schedule = LearningRateSchedule.Read(t?.Section("schedule")),
            Optimizer = OptimizerOptions.Read(t?.Section("optimizer"), beta1, t?.Section("schedule") is not null),
            TableL2 = t?.Number("tableL2", d.TableL2, 0, 1e3) ?? d.TableL2,
            ClipNorm = t?.OptionalNumber("clipNorm", 1e-9, 1e12),
            EarlyStopping = stop is null ? null : ReadStopping(stop),
        };
    }

    /// <summary>Writes the same keys with every default made explicit.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject("loss");
        json.WriteNumberOrText("ctr", CtrWeight);
        json.WriteNumberOrText("ctcvr", CtcvrWeight);
        Loss.Write(json);
        json.WriteEndObject();
        json.WriteStartObject("training");
        json.WriteNumberOrText("learningRate", LearningRate);
        json.WriteNumberOrText("beta1", Beta1);
        json.WriteNumberOrText("beta2", Beta2);
        json.WriteNumberOrText("epsilon", Epsilon);
        json.WriteNumber("batch", Batch);
        json.WriteNumber("epochs", Epochs);
        if (Steps is { } steps)
        {
            json.WriteNumber("steps", steps);
        }

        json.WriteNumber("seed", Seed);
        WriteRules(json);
        if (EarlyStopping is { } stop)
        {
            json.WriteStartObject("earlyStopping");
            json.WriteString("metric", stop.Metric);
            json.WriteNumber("patience", stop.Patience);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Holds options that come from code against the bounds of those in a config.</summary>
    /// <exception cref="EsmmException">Values are impossible: all of them are listed.</exception>
    internal void Require()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            Write(json);
            json.WriteEndObject();
        }

        ConfigNode node = ConfigNode.Parse(Encoding.UTF8.GetString(stream.ToArray()), nameof(TrainingOptions), EsmmErrorKind.Usage);
        _ = Read(node);
        node.Finish();
    }

    // Left out where nothing was chosen: a plain config stays as short as it was.
    private void WriteRules(Utf8JsonWriter json)
    {
        if (Schedule != new LearningRateSchedule())
        {
            Schedule.Write(json);
        }

        if (Optimizer != new OptimizerOptions())
        {
            Optimizer.Write(json);
        }

        if (TableL2 != 0)
        {
            json.WriteNumberOrText("tableL2", TableL2);
        }

        if (ClipNorm is { } longest)
        {
            json.WriteNumberOrText("clipNorm", longest);
        }
    }

    private static long? NullWhenZero(long value) => value == 0 ? null : value;

    private static EarlyStopping ReadStopping(ConfigNode stop)
    {
        string metric = stop.Text("metric", "ctcvr.auc");
        try
        {
            EvaluationReport.LargerIsBetter(metric);
        }
        catch (EsmmException fault)
        {
            stop.Fault("metric", fault.Message);
        }

        return new EarlyStopping(metric, stop.Integer("patience", 1, 1, 1_000_000));
    }
}
