using System.CommandLine;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm pack</c>.</summary>
internal static class PackCommand
{
    public const string Examples =
        """
        Examples:
          esmm pack --config esmm.json --data log.csv --holdout 0.2 --holdout-by srch_id
          esmm pack --config esmm.json --data a.csv b.csv.gz --valid v.csv --out log.esmmpack

        Reads and encodes the log once and for all. esmm train with the same config, files and
        holdout then starts from the packed log (beside the first data file, or where --cache
        says) and gives the same model, byte for byte. A packed log that is damaged, or that was
        made from other data (train compares their SHA-256), is never used: train says so, reads
        the text, and packs it again.
        """;

    private static readonly Option<string?> Out = new("--out", "-o") { Description = "The packed log to write, in place of the first data file's name with " + PackedFile.Extension + " at its end.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("pack", "Encode a log into a file that training starts from.") { Out };
        TrainingInput.AddOptions(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        using TrainingInput input = TrainingInput.Read(parsed, parsed.GetValue(Out));
        string path = parsed.GetValue(Out) ?? PackedFile.PlaceFor(input.Log.Files);
        Files.RequireWritable("--out", path, input.Files);
        PackedFile.RequireReplaceable(path);
        var speed = new SpeedTable();
        using PackedData data = ProgressBoard.Run(board => new DataPreparation(input, board, speed, token).Pack(path));
        MetricTables.WriteCounts(data.TrainingCounts, data.ValidationCounts, input.Config.ConversionStage);
        speed.Write();
        new TextTable("Packed log", "", "").Add("file", path).Add("size", Show.Bytes(new FileInfo(path).Length)).Add("training data", data.Fingerprint).Add("rows used", data.Selection ?? "all").Write();
        return ExitCodes.Done;
    }
}
