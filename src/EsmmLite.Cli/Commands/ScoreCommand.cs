using System.CommandLine;
using EsmmLite.Cli.Scoring;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Persistence;
using EsmmLite.Scoring;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm score</c>.</summary>
internal static class ScoreCommand
{
    public const string Examples =
        """
        Examples:
          esmm score --model model.safetensors --data new.csv --out scored.csv
          zcat new.csv.gz | esmm score --model model.safetensors --data - --out - | tail
          esmm score --model model.safetensors --data new.csv --out scored.csv --weights bf16
          esmm score --model model.safetensors --data new.csv --out scored.csv --rank "pctr * range(pcvr, 0.5, 2)"
          esmm score -m model.safetensors -d new.csv -o best.csv --rank "pctcvr * price" --top 3 --group search_id

        Every line is kept as it is, and pctr,pcvr,pctcvr are appended with the log's own
        delimiter. Label columns need not be there, nor those of fields that are fixed when
        serving, whose logged values don't count. pcvr means: if it were clicked, would it
        convert; pctcvr: clicked and converted. --rank adds rank_score, any formula of these and
        of columns of the log (docs/ranking.md); --top keeps the best lines only, the best first,
        of the log or of each group, whose lines must stand together. A line that can't be read
        stops the run, unless --max-bad-rows allows some, which are then missing from the output.
        """;

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("The log to score: CSV or TSV with a header, or JSON lines, plain or gzipped; - for standard input.");
    private static readonly Option<string> Out = new("--out", "-o") { Description = "The file to write; - for standard output.", HelpName = "FILE", Required = true };

    private static readonly Option<WeightFormat> Weights = new("--weights")
    {
        Description = "How weights are kept in memory: f32 unless given, or bf16, which takes half and rounds them.",
        HelpName = "f32|bf16",
        CustomParser = result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "f32": return WeightFormat.Float32;
                case "bf16": return WeightFormat.BFloat16;
                default:
                    result.AddError($"--weights is {result.Tokens[0].Value}, but must be f32 or bf16.");
                    return default;
            }
        },
    };

    private static readonly Option<string?> Rank = new("--rank") { Description = "A rank score, such as \"pctr * pcvr^0.5 * min(bid, 20)\", to append as rank_score.", HelpName = "EXPR" };
    private static readonly Option<int?> Top = Options.Count("--top", "Keep only this many lines of the largest rank score, in its order.", 10_000_000);
    private static readonly Option<string?> Group = new("--group") { Description = "Keep them of each value of this column, such as a search.", HelpName = "COLUMN" };

    public static Command Create()
    {
        var command = new Command("score", "Append pCTR, pCVR and pCTCVR, and a rank score if wanted, to a log.") { Model, Data, Out, Rank, Top, Group, Weights };
        LogOptions.AddTo(command, usualShare: 0);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string path = parsed.GetRequiredValue(Out);
        if (path != Options.StandardStream)
        {
            Files.RequireWritable("--out", path, [parsed.GetRequiredValue(Model), .. parsed.GetRequiredValue(Data)]);
        }

        string[] data = parsed.GetRequiredValue(Data);
        RankOutput? rank = RankOutput.Of(parsed.GetValue(Rank), parsed.GetValue(Top), parsed.GetValue(Group));
        DelimitedLogOptions options = LogOptions.Read(parsed, [parsed.GetRequiredValue(Model), .. data, path], usualShare: 0);
        using Quarantine? quarantine = options.Quarantine;
        EsmmScorer scorer = EsmmScorer.Load(parsed.GetRequiredValue(Model), new ScorerOptions { Weights = parsed.GetValue(Weights) });
        using var log = new DelimitedLog(data, options);
        long rows = ProgressBoard.Run(board =>
        {
            using ProgressPhase phase = board.Begin("scoring");
            long written = 0;
            if (path == Options.StandardStream)
            {
                using Stream output = Console.OpenStandardOutput();
                written = LogScorer.Run(scorer, log, output, rank, board, phase, token);
            }
            else
            {
                AtomicFile.Write(path, output => written = LogScorer.Run(scorer, log, output, rank, board, phase, token));
            }

            return written;
        });
        Console.Error.WriteLine(Show.Count(rows) + " impressions scored" + (rank?.Top is { } top ? ", " + Show.Count(top.Written) + " kept" : "") + (path == Options.StandardStream ? "" : " into " + path));
        return ExitCodes.Done;
    }
}
