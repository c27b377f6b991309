using System.CommandLine;
using System.CommandLine.Parsing;
using EsmmLite.Calibration;
using EsmmLite.Cli.Calibrating;
using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Formats;
using EsmmLite.Formats.BadInput;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Times;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm calibrate</c>: curves between logits and probabilities, fitted on later rows.</summary>
internal static class CalibrateCommand
{
    public const string Examples =
        """
        Examples:
          esmm calibrate --model model.safetensors --data v.csv --out calibrated.safetensors
          esmm calibrate --model model.safetensors --data v.csv --check test.csv --by item --out c.safetensors
          esmm calibrate --model model.safetensors --data v.csv --method isotonic --out c.safetensors
          esmm calibrate --model model.safetensors --data v.csv --half-life 72 --out c.safetensors
          esmm calibrate --model model.safetensors --data v.csv --method none --negative-keep 0.1 --out c.safetensors

        Take rows that are later than those of training. The CTR curve is fitted on all impressions,
        the CVR curve on clicked ones; pCTCVR stays their product. Figures of fewer positives than
        --min-conversions are n/a, and segments of fewer use the curve of all rows. PCOC is measured
        on --check, or on the rows of the fit, where it flatters. docs/calibration.md has the rest.
        """;

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string[]> Data = Options.Data("Later held-out logs with labels, to fit on.");
    private static readonly Option<string> Out = new("--out", "-o") { Description = "The calibrated model.", HelpName = "FILE", Required = true };
    private static readonly Option<string[]> Check = new("--check") { Description = "Logs with labels to measure PCOC on.", HelpName = "FILE...", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> By = new("--by") { Description = "A field of the model: a curve for each of its rows.", HelpName = "FIELD" };
    private static readonly Option<double?> NegativeKeep = Share("--negative-keep", "Share of unclicked impressions that training saw; 1 unless given.");
    private static readonly Option<double?> HeldKeep = Share("--held-keep", "Share of unclicked impressions that are in --data and --check.");
    private static readonly Option<double?> HalfLife = new("--half-life") { Description = "Age in hours at which a row weighs half.", HelpName = "HOURS", Validators = { result => Require(result, x => x > 0 && x <= 1e6, "above 0 and at most 1000000") } };
    private static readonly Option<int?> MinConversions = Options.Count("--min-conversions", "Fewest positives of a curve and of a figure; 50 unless given.", 1_000_000_000);
    private static readonly Option<int> Threads = Options.Threads();

    private static readonly Option<CalibrationMethod> Method = new("--method")
    {
        Description = "The kind of curve.",
        HelpName = "platt|isotonic|none",
        DefaultValueFactory = _ => CalibrationMethod.Platt,
        CustomParser = result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "platt": return CalibrationMethod.Platt;
                case "isotonic": return CalibrationMethod.Isotonic;
                case "none": return CalibrationMethod.None;
                default:
                    result.AddError($"--method is {result.Tokens[0].Value}, but must be platt, isotonic or none.");
                    return default;
            }
        },
    };

    public static Command Create()
    {
        var command = new Command("calibrate", "Make a model's probabilities match what happens.") { Model, Data, Out, Check, Method, By, NegativeKeep, HeldKeep, HalfLife, MinConversions, Threads };
        TimeOptions.AddTo(command);
        LogOptions.AddTo(command);
        command.SetAction((parsed, token) => Task.FromResult(Run(parsed, token)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken token)
    {
        string path = parsed.GetRequiredValue(Out);
        string[] data = parsed.GetRequiredValue(Data), check = parsed.GetValue(Check) ?? [];
        string[] inputs = [parsed.GetRequiredValue(Model), .. data, .. check];
        Files.RequireWritable("--out", path, inputs.Where(file => file != Options.StandardStream));
        DelimitedLogOptions options = LogOptions.Read(parsed, [.. inputs, path]);
        using Quarantine? quarantine = options.Quarantine;
        EsmmModel model = EsmmModel.Load(parsed.GetRequiredValue(Model));
        bool again = model.Calibration is not null;
        model.Calibration = null;
        TimeSelection? times = TimeOptions.Read(parsed, model.Space.Schema);
        var plan = new CalibrationOptions
        {
            Method = parsed.GetValue(Method),
            By = parsed.GetValue(By),
            NegativeKeep = parsed.GetValue(NegativeKeep) ?? 1,
            HeldKeep = parsed.GetValue(HeldKeep) ?? 1,
            HalfLife = parsed.GetValue(HalfLife) is { } hours ? TimeSpan.FromHours(hours) : null,
            MinPositives = parsed.GetValue(MinConversions) ?? new CalibrationOptions().MinPositives,
        };
        (CalibrationRows fit, CalibrationRows measured) = ProgressBoard.Run(board =>
        {
            CalibrationRows held = Read("fitting", data, times);
            return (held, check.Length == 0 ? held : Read("measuring", check, null));

            CalibrationRows Read(string name, string[] files, TimeSelection? selection)
            {
                using ProgressPhase phase = board.Begin(name);
                using var log = new DelimitedLog(files, options);
                using var source = new TextSource(log, model.Space.Serving, selection, new ByteProgress(phase), token);
                CalibrationRows rows = CalibrationRows.Read(model, source, plan.By, parsed.GetValue(Threads), null, token);
                if (LogOptions.Note(source.BadRows, options) is { } bad)
                {
                    board.Line(bad);
                }

                return rows;
            }
        });
        model.Calibration = ModelCalibrator.Fit(fit, plan);
        string digest = model.Save(path);
        CalibrationTables.Write(model, plan, fit, SegmentPcoc.Measure(measured, model.Calibration, plan.MinPositives, plan.HeldKeep), check.Length > 0, again);
        Console.Out.WriteLine("Calibrated model: " + path + ", digest " + digest);
        return ExitCodes.Done;
    }

    private static Option<double?> Share(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        Validators = { result => Require(result, x => x >= ModelCalibration.SmallestKeep && x <= 1, "above 0 and at most 1") },
    };

    private static void Require(OptionResult result, Func<double, bool> valid, string expected)
    {
        if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out double value) && !valid(value))
        {
            result.AddError(FormattableString.Invariant($"{result.Option.Name} is {value}, but must be {expected}."));
        }
    }
}
