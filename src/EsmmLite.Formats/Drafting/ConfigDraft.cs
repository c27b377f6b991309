using EsmmLite.Features;
using EsmmLite.Formats.Profiling;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Formats.Drafting;

/// <summary>A config that fits a log, with the reason for each choice. It trains as it is; every choice may be changed.</summary>
public sealed class ConfigDraft
{
    private ConfigDraft(LogProfile log)
    {
        Log = log;
        Columns = [.. log.Columns.Select(column => ColumnRules.Choose(column, log))];
        if (Columns.All(choice => choice.Field is null))
        {
            throw new EsmmException(EsmmErrorKind.Data, "no column is left to learn from" + string.Concat(Columns.Where(choice => choice.Kind != "label").Select(choice => "\n  - " + choice.Column.Name + ": " + choice.Why)),
                string.Join(", ", log.Files), "at least one column that tells something before the click");
        }

        ConversionWithoutClick = FunnelChoice.Of(log);
        Time = TimeChoice.Of(log);
        Missing = MissingChoice.Of(log);
        CtrTower = NetworkChoice.Ctr(log);
        CvrTower = NetworkChoice.Cvr(log);
        Training = TrainingChoice.Of(log);
    }

    /// <summary>The log it fits.</summary>
    public LogProfile Log { get; }

    /// <summary>What becomes of each column, in their order in the log.</summary>
    public IReadOnlyList<ColumnChoice> Columns { get; }

    /// <summary>What to do with a conversion without a click.</summary>
    public Explained<ConversionWithoutClick> ConversionWithoutClick { get; }

    /// <summary>When impressions were shown; null where that is not known.</summary>
    public Explained<ImpressionTime>? Time { get; }

    /// <summary>The texts that mean "not known".</summary>
    public Explained<IReadOnlyList<string>> Missing { get; }

    /// <summary>Hidden sizes of the CTR tower.</summary>
    public Explained<IReadOnlyList<int>> CtrTower { get; }

    /// <summary>Hidden sizes of the CVR tower.</summary>
    public Explained<IReadOnlyList<int>> CvrTower { get; }

    /// <summary>How to train.</summary>
    public Explained<TrainingOptions> Training { get; }

    /// <summary>The config as values.</summary>
    public EsmmConfig Config => new(
        new Schema
        {
            Fields = [.. Columns.Select(choice => choice.Field).OfType<Field>()],
            Labels = Log.Labels,
            ConversionWithoutClick = ConversionWithoutClick.Value,
            MissingValues = Missing.Value,
            Group = Log.Options.Group,
            Time = Time?.Value,
        },
        new ModelOptions { CtrTower = CtrTower.Value, CvrTower = CvrTower.Value, EmbeddingInitialiser = EmbeddingInitialiser.Uniform, Seed = Training.Value.Seed },
        Training.Value);

    /// <summary>What somebody should look at before anything is trained.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            foreach (ColumnChoice choice in Columns.Where(choice => choice.NeedsALook))
            {
                yield return choice.Column.Name + (choice.Field is null ? " is left out: " : ": ") + choice.Why;
            }

            if (FunnelChoice.NeedsALook(Log))
            {
                yield return ConversionWithoutClick.Why;
            }

            if (Log.Clicks == 0 || Log.Conversions == 0)
            {
                yield return "there are " + Say.Count(Log.Clicks) + " clicks and " + Say.Count(Log.Conversions) + " conversions; without both, pCVR means nothing";
            }

            foreach (LabelStage label in Log.Labels.Where(label => label.BinariseCounts))
            {
                yield return "the column " + label.Column + " counts: everything above 0 is a " + label.Name;
            }

            if (Log.Options.Time is { } named && Time is null)
            {
                yield return "the column " + named + " can't be read as times (ISO 8601, or seconds or milliseconds since 1970), or has gaps: the config declares no time";
            }

            if (Log.BadRows.Bad > 0)
            {
                yield return Log.BadRows + " and were passed over";
            }

            foreach (string name in Log.RepeatedNames)
            {
                yield return "the column " + name + " is left out: its name occurs more than once";
            }
        }
    }

    /// <summary>Looks at the choices for a log.</summary>
    /// <exception cref="EsmmException">No column is left to learn from.</exception>
    public static ConfigDraft Of(LogProfile log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new ConfigDraft(log);
    }

    /// <summary>The config as a file for people: short objects on one line, a reason in each.</summary>
    /// <param name="schema">Where editors find the JSON Schema: a path beside the file, or an address; null for none.</param>
    public string ToJson(string? schema = null) => DraftJson.Write(this, schema);
}
