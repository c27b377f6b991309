using System.CommandLine;
using System.IO.Compression;
using System.Text;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.AliCcp;
using EsmmLite.Persistence;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm convert ali-ccp</c>: raw files of a public log, as a log that the other commands read.</summary>
internal static class ConvertCommand
{
    public const string Examples =
        """
        Examples:
          esmm convert ali-ccp --skeleton skeleton.csv --common common.csv --out ali.csv.gz

        Then, with the config that comes with EsmmLite (docs/ali-ccp.md):
            esmm train --data ali.csv.gz --config samples/ali-ccp.json --holdout 0.5 --out m.safetensors

        Give the training files first and the test files second: the column 'order' counts the
        rows, and the newer half tests. Common features are in memory, skeletons stream. Rows
        of click 0 and buy 1 are counted and written; the config says what becomes of them.
        """;

    private static readonly Option<string[]> Skeleton = Paths("--skeleton", "sample_skeleton_*.csv, plain or gzipped.");
    private static readonly Option<string[]> Common = Paths("--common", "common_features_*.csv, as many and in the same order.");
    private static readonly Option<string> Out = new("--out", "-o") { Description = "The CSV to write; gzipped if its name ends in .gz.", HelpName = "FILE", Required = true };
    private static readonly Option<int?> MaxValues = Options.Count("--max-values", "Most values of a list, the heaviest; 20 unless given.", 4096);
    private static readonly Option<int?> Every = Options.Count("--every", "Write one of so many rows; all unless given.", int.MaxValue);

    public static Command Create()
    {
        var aliCcp = new Command("ali-ccp", "Join skeletons and common features of the Ali-CCP log into a CSV with lists.") { Skeleton, Common, Out, MaxValues, Every };
        aliCcp.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return new Command("convert", "Turn the raw files of a public log into one that esmm reads.") { aliCcp };
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string[] skeletons = parsed.GetRequiredValue(Skeleton), commons = parsed.GetRequiredValue(Common);
        string path = parsed.GetRequiredValue(Out);
        if (skeletons.Length != commons.Length)
        {
            throw new EsmmException(EsmmErrorKind.Usage, $"there are {skeletons.Length} skeletons and {commons.Length} files of common features", "--common", "one for each skeleton");
        }

        Files.RequireWritable("--out", path, [.. skeletons, .. commons]);
        int most = parsed.GetValue(MaxValues) ?? 20;
        var converter = new AliCcpConverter(most, parsed.GetValue(Every) ?? 1);
        AliCcpCounts counts = ProgressBoard.Run(board =>
        {
            using ProgressPhase phase = board.Begin("converting");
            AliCcpCounts result = new();
            AtomicFile.Write(path, file =>
            {
                using GZipStream? gzip = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true) : null;
                using var writer = new StreamWriter(gzip ?? file, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
                result = converter.Convert([.. skeletons.Zip(commons)], writer, (name, bytes) => phase.Report(bytes / (double)Math.Max(1, new FileInfo(name).Length), Path.GetFileName(name)), token);
            });
            return result;
        });
        new TextTable("Converted", "", ">")
            .Add("lines of skeletons", Show.Count(counts.Samples))
            .Add("rows written", Show.Count(counts.Written))
            .Add("clicks", Show.Count(counts.Clicks))
            .Add("conversions", Show.Count(counts.Conversions))
            .Add("click 0, buy 1", Show.Count(counts.BoughtUnclicked))
            .Add("entries of common features", Show.Count(counts.CommonEntries))
            .Add("their memory, at most", Show.Bytes(counts.CommonBytes))
            .Add("values left out of longer lists", Show.Count(counts.Cut))
            .Add("repeated values left out", Show.Count(counts.Repeated)).Write();
        Console.Out.WriteLine("Written: " + path);
        return ExitCodes.Done;
    }

    private static Option<string[]> Paths(string name, string description) => new(name) { Description = description, HelpName = "FILE...", Required = true, AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
}
