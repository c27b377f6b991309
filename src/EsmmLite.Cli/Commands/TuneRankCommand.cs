using System.CommandLine;
using System.Globalization;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Tuning;
using EsmmLite.Diagnostics;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Persistence;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm tune-rank</c>: searches the numbers of a rank score on a log.</summary>
internal static class TuneRankCommand
{
    public const string Examples =
        """
        Examples:
          esmm tune-rank -m model.safetensors -d test.csv --group search_id --score "pctr^a * pcvr^b" --vary a=0..2 b=0..2
          esmm tune-rank -m model.safetensors -d test.csv --group search_id --score "pctr * range(pcvr, 1, h)" --vary h=1..9
          esmm tune-rank -m model.safetensors -d test.csv --group search_id --score "pctcvr*price^c" --vary c=0..2 --out t.html

        Half of the groups are searched, the other half says what the best is worth. Use a log
        that the model was not trained on. docs/tune-rank.md explains.
        """;

    private const int UsualTrials = 200, UsualRanks = 10;

    private static readonly string[] Objectives = ["ndcg-click", "ndcg-conversion", "ndcg-value"];

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("A log with labels that the model was not trained on.");
    private static readonly Option<string> Group = new("--group") { Description = "The column of the request or search inside whose groups is ranked.", HelpName = "COLUMN", Required = true };
    private static readonly Option<string> Score = new("--score") { Description = "The rank score, with names for the numbers to be found.", HelpName = "EXPR", Required = true };
    private static readonly Option<string[]> Vary = new("--vary") { Description = "Those names, and from where to where.", HelpName = "NAME=LOW..HIGH", Required = true, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> Objective = new Option<string>("--objective") { Description = "What to make largest; ndcg-value needs --value.", HelpName = "NAME", DefaultValueFactory = _ => Objectives[1] }.AcceptOnlyFromAmong(Objectives);
    private static readonly Option<string?> Value = new("--value") { Description = "The column of what a conversion is worth.", HelpName = "COLUMN" };
    private static readonly Option<int?> At = Options.Count("--at", "How many ranks count; 10 unless given.", 1_000_000);
    private static readonly Option<int?> Trials = Options.Count("--trials", "How many points are tried; 200 unless given.", 1_000_000);
    private static readonly Option<ulong?> Seed = Options.Seed("Seed of the search and of the halves; 1 unless given.");
    private static readonly Option<string?> Out = new("--out", "-o") { Description = "A page to write.", HelpName = "FILE.html" };
    private static readonly Option<int> Threads = Options.Threads();

    public static Command Create()
    {
        var command = new Command("tune-rank", "Search the exponents, caps and weights of a rank score on a log with labels.") { Model, Data, Group, Score, Vary, Objective, Value, At, Trials, Seed, Out, Threads };
        LogOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        RankExpression expression = RankExpression.Parse(parsed.GetRequiredValue(Score));
        VariedNumber[] varied = [.. parsed.GetRequiredValue(Vary).Select(Varied)];
        foreach (VariedNumber number in varied)
        {
            _ = expression.With(number.Name, number.Low); // refuses a name that is not there
        }

        string? value = parsed.GetValue(Value);
        string[] objectives = value is null ? Objectives[..2] : Objectives;
        int objective = Array.IndexOf(objectives, parsed.GetValue(Objective));
        if (objective < 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--objective ndcg-value is given without --value", hint: "Name the column of what a conversion is worth.");
        }

        string[] data = parsed.GetRequiredValue(Data);
        string model = parsed.GetRequiredValue(Model);
        string? page = parsed.GetValue(Out);
        if (page is not null)
        {
            Files.RequireWritable("--out", page, [model, .. data.Where(file => file != Options.StandardStream)]);
        }

        DelimitedLogOptions options = LogOptions.Read(parsed, [model, .. data]);
        using Quarantine? quarantine = options.Quarantine;
        using var log = new DelimitedLog(data, options);
        EsmmScorer scorer = EsmmScorer.Load(model);
        int ranks = parsed.GetValue(At) ?? UsualRanks;
        ulong seed = parsed.GetValue(Seed) ?? 1;
        string[] columns = [.. expression.Columns.Except(varied.Select(v => v.Name))];
        var tuning = new RankTuning(expression, varied, ranks);
        TuningReport report = ProgressBoard.Run(board =>
        {
            (TuningRows searched, TuningRows heldOut) = new TuningLog(scorer, log, parsed.GetRequiredValue(Group), columns, value).Read(seed, board, token);
            Require(searched, objective, objectives[objective]);
            Require(heldOut, objective, objectives[objective]);
            using ProgressPhase phase = board.Begin("searching");
            int threads = Options.ThreadCount(parsed, Threads);
            IReadOnlyList<TuningTrial> trials = tuning.Search(searched, objective, parsed.GetValue(Trials) ?? UsualTrials, seed, threads, new ShareProgress(phase), token);
            return new TuningReport(expression.Text, tuning, varied, objectives, objective, trials, heldOut, token);
        });
        report.Write();
        if (page is not null)
        {
            AtomicFile.WriteText(page, report.ToHtml());
            Console.Error.WriteLine("Written: " + page);
        }

        return ExitCodes.Done;
    }

    private static void Require(TuningRows rows, int objective, string name)
    {
        if (rows.Groups > 0 && rows.Starts[^1] == rows.Groups)
        {
            throw new EsmmException(EsmmErrorKind.Data, "every group with a click has one impression, and so one order", "--group", "a column whose equal values are one request or search");
        }

        if (rows.Gains[objective].All(gain => gain == 0))
        {
            throw new EsmmException(EsmmErrorKind.Data, "a half of the groups has nothing to find for " + name, expected: "clicks, and conversions where they count, in both halves", hint: "Take a longer log.");
        }
    }

    private static VariedNumber Varied(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal), dots = text.IndexOf("..", StringComparison.Ordinal);
        return equals > 0 && dots > equals
            && double.TryParse(text.AsSpan((equals + 1)..dots), NumberStyles.Float, CultureInfo.InvariantCulture, out double low)
            && double.TryParse(text.AsSpan(dots + 2), NumberStyles.Float, CultureInfo.InvariantCulture, out double high) && low < high && double.IsFinite(low) && double.IsFinite(high) && Math.Max(-low, high) < 1e9
            ? new VariedNumber(text[..equals], low, high)
            : throw new EsmmException(EsmmErrorKind.Usage, "--vary " + ErrorText.Quote(text), expected: "a name with the range of its number, such as a=0..2");
    }

    private sealed class ShareProgress(ProgressPhase phase) : IProgress<double>
    {
        public void Report(double value) => phase.Report(value, "");
    }
}
