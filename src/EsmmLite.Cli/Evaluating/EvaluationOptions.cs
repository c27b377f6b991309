using System.CommandLine;
using System.Globalization;
using EsmmLite.Cli.Commands;
using EsmmLite.Evaluation;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;
using EsmmLite.Model;

namespace EsmmLite.Cli.Evaluating;

/// <summary>The options of measuring that several commands share.</summary>
internal sealed class EvaluationOptions
{
    private readonly Option<string[]> _by = new("--by") { Description = "Measure each value of a column by itself; time:hour, time:day or time:week; unseen:FIELD for values training never saw.", HelpName = "COLUMN...", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _group = new("--group") { Description = "The column of the request, search or user: rank inside its groups, and draw whole groups.", HelpName = "COLUMN" };
    private readonly Option<int?> _at = Options.Count("--at", "How many ranks of a group count for NDCG and recall; 10 unless given.", 1_000_000);
    private readonly Option<double?> _threshold = new("--threshold") { Description = "Measure accuracy, precision and recall, calling positive what scores at least so much.", HelpName = "P" };
    private readonly Option<int?> _bootstrap = Options.Count("--bootstrap", "Draw rows, or groups, so often for 95 % intervals of all metrics.", 100_000);
    private readonly Option<ulong?> _seed = Options.Seed("Seed of the drawings; 1 unless given.");
    private readonly Option<bool> _asLogged = new("--as-logged") { Description = "Take the logged values of fields that are fixed when serving, as training does." };
    private readonly Option<int> _threads = Options.Threads();

    public EvaluationOptions() => _threshold.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is not (>= 0 and <= 1))
        {
            result.AddError("--threshold is " + result.Tokens[0].Value + ", but must be a probability between 0 and 1.");
        }
    });

    public void AddTo(Command command, bool slices = true)
    {
        foreach (Option option in (Option[])[.. slices ? (Option[])[_by, _threshold] : [], _group, _at, _bootstrap, _seed, _asLogged, _threads])
        {
            command.Options.Add(option);
        }

        TimeOptions.AddTo(command);
    }

    /// <summary>What to measure of a model on a log.</summary>
    public EvaluationPlan Read(ParseResult parsed, EsmmModel model, DelimitedLog log)
    {
        if (parsed.GetValue(_at) is not null && parsed.GetValue(_group) is null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--at says how many ranks of a group count, but there are no groups", "--at", "--group COLUMN");
        }

        FeatureSpace space = parsed.GetValue(_asLogged) ? model.Space : model.Space.Serving;
        TimeSelection? times = TimeOptions.Read(parsed, model.Space.Schema);
        return new EvaluationPlan(model, log)
        {
            Space = space,
            Times = times,
            By = [.. (parsed.GetValue(_by) ?? []).Distinct().Select(text => Slicing.Parse(text, model))],
            Groups = parsed.GetValue(_group) is { } column ? new GroupOptions(column, parsed.GetValue(_at) ?? 10) : null,
            Threshold = parsed.GetValue(_threshold),
            Bootstrap = parsed.GetValue(_bootstrap) ?? 0,
            Seed = parsed.GetValue(_seed) ?? 1,
            Threads = parsed.GetValue(_threads),
        };
    }
}
