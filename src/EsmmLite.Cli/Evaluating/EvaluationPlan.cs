using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;
using EsmmLite.Model;

namespace EsmmLite.Cli.Evaluating;

/// <summary>What is to be measured of a model on a log.</summary>
/// <param name="Model">The model.</param>
/// <param name="Log">The log.</param>
internal sealed record EvaluationPlan(EsmmModel Model, DelimitedLog Log)
{
    /// <summary>What encodes: as served unless set.</summary>
    public FeatureSpace Space { get; init; } = Model.Space.Serving;

    public TimeSelection? Times { get; init; }

    public IReadOnlyList<Slicing> By { get; init; } = [];

    public GroupOptions? Groups { get; init; }

    public double? Threshold { get; init; }

    /// <summary>Number of bootstrap drawings; 0 for none.</summary>
    public int Bootstrap { get; init; }

    public ulong Seed { get; init; } = 1;

    public int Threads { get; init; }

    /// <summary>Whether rows are kept for what needs them again, though nothing else asks for it.</summary>
    public bool KeepRows { get; init; }

    /// <summary>What else wants to see each batch; nothing when null.</summary>
    public Action<EsmmLite.Training.LogitsPass, EsmmLite.Formats.TextSource>? Watch { get; init; }

    /// <summary>Columns that are taken along for <see cref="Watch"/>, before those of groups and slices.</summary>
    public IReadOnlyList<string> Along { get; init; } = [];
}

/// <summary>What was measured.</summary>
/// <param name="Report">The metrics.</param>
/// <param name="Rows">The scored rows, if they were kept.</param>
/// <param name="Curves">A task's metrics with what pictures need. [tasks]</param>
internal sealed record EvaluationOutcome(EvaluationReport Report, ScoredRows? Rows, IReadOnlyList<TaskCurves> Curves);
