using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Kernels;

namespace EsmmLite.Training;

/// <summary>How the learning rate changes.</summary>
public enum ScheduleKind
{
    /// <summary>It stays as it is.</summary>
    Constant,

    /// <summary>rate^(e / every).</summary>
    Exponential,

    /// <summary>Half a cosine from 1 down to the floor.</summary>
    Cosine,

    /// <summary>rate^⌊e / every⌋.</summary>
    Step,
}

/// <summary>What a schedule counts.</summary>
public enum ScheduleUnit
{
    /// <summary>Whole epochs before the present one.</summary>
    Epochs,

    /// <summary>Steps before the present one.</summary>
    Steps,
}

/// <summary>What the learning rate is multiplied by, as a function of epoch and step alone: docs/family/optimizers.md.</summary>
public sealed record LearningRateSchedule
{
    /// <summary>How the rate changes.</summary>
    public ScheduleKind Kind { get; init; } = ScheduleKind.Constant;

    /// <summary>What it counts.</summary>
    public ScheduleUnit Unit { get; init; } = ScheduleUnit.Epochs;

    /// <summary>The factor of <see cref="Every"/> units, for <see cref="ScheduleKind.Exponential"/> and <see cref="ScheduleKind.Step"/>.</summary>
    public double Rate { get; init; } = 0.9;

    /// <summary>Units a factor; for <see cref="ScheduleKind.Cosine"/> the units until the floor is reached.</summary>
    public double Every { get; init; } = 1;

    /// <summary>The least factor of a decay.</summary>
    public double Floor { get; init; }

    /// <summary>Steps over which the rate rises from 0, linearly; 0 for none.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>The factor of one step.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    public double Factor(long step, int epoch)
    {
        double units = Unit == ScheduleUnit.Epochs ? epoch : step - 1;
        double decay = Kind switch
        {
            ScheduleKind.Exponential => Math.Max(Floor, ExactMath.Exp(units / Every * ExactMath.Log(Rate))),
            ScheduleKind.Step => Math.Max(Floor, ExactMath.Exp(Math.Floor(units / Every) * ExactMath.Log(Rate))),
            ScheduleKind.Cosine => Floor + ((1 - Floor) * 0.5 * (1 + ExactCosine.OfHalfTurn(Math.Min(1, units / Every)))),
            _ => 1,
        };
        return step < WarmupSteps ? decay * step / WarmupSteps : decay;
    }

    internal static LearningRateSchedule Read(ConfigNode? node)
    {
        LearningRateSchedule d = new();
        if (node is null)
        {
            return d;
        }

        LearningRateSchedule read = new()
        {
            Kind = node.Choice("kind", d.Kind, ("constant", ScheduleKind.Constant), ("exponential", ScheduleKind.Exponential), ("cosine", ScheduleKind.Cosine), ("step", ScheduleKind.Step)),
            Unit = node.Choice("unit", d.Unit, ("epochs", ScheduleUnit.Epochs), ("steps", ScheduleUnit.Steps)),
            Rate = node.Number("rate", d.Rate, 1e-6, 1),
            Every = node.Number("every", d.Every, 1e-3, 1e12),
            Floor = node.Number("floor", d.Floor, 0, 1),
            WarmupSteps = node.Long("warmupSteps", 0, 0, 1_000_000_000_000),
        };
        if (read.Kind == ScheduleKind.Cosine && !node.Has("every"))
        {
            node.Fault("every", "missing; a cosine needs the number of " + (read.Unit == ScheduleUnit.Epochs ? "epochs" : "steps") + " in which it falls");
        }

        return read;
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("schedule");
        json.WriteString("kind", Kind switch { ScheduleKind.Exponential => "exponential", ScheduleKind.Cosine => "cosine", ScheduleKind.Step => "step", _ => "constant" });
        json.WriteString("unit", Unit == ScheduleUnit.Epochs ? "epochs" : "steps");
        json.WriteNumberOrText("rate", Rate);
        json.WriteNumberOrText("every", Every);
        json.WriteNumberOrText("floor", Floor);
        json.WriteNumber("warmupSteps", WarmupSteps);
        json.WriteEndObject();
    }
}
