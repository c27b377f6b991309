using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EsmmLite.Cli.Commands;

namespace EsmmLite.Cli;

/// <summary>The usual help, then examples and exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const string Root =
        """
        Examples:
          esmm demo
              Simulate a log, train on it, evaluate, rank one request. Start here.
          esmm simulate --out sim --rows 100000
          esmm paper-bench --quick --out bench
          esmm family-bench --quick --out family
          esmm init --data log.csv --click clicked --conversion bought --group user_id --out esmm.json
          esmm train --config esmm.json --data log.csv --holdout 0.2 --holdout-by user_id --out model.safetensors
          esmm pack --config esmm.json --data log.csv --holdout 0.2 --holdout-by user_id
          esmm calibrate --model model.safetensors --data v.csv --out calibrated.safetensors
          esmm evaluate --model model.safetensors --data test.csv
          esmm report --model model.safetensors --data test.csv --out report.html
          esmm compare model.safetensors new.safetensors --data test.csv
          esmm diff model.safetensors new.safetensors
          esmm explain --model model.safetensors --data test.csv --row 3
          esmm score --model model.safetensors --data new.csv --out scored.csv
          esmm doctor --model model.safetensors --data new.csv
          esmm tune-rank -m model.safetensors -d test.csv --group search_id --score "pctr^a * pcvr^b" --vary a=0..2 b=0..2
          esmm sweep -c esmm.json -d a.csv --valid v.csv --vary training.learningRate=log:1e-3..3e-2 --trials 5
          esmm inspect model.safetensors
          esmm profile --config esmm.json
          esmm export onnx --model model.safetensors --out model.onnx
          esmm convert ali-ccp --skeleton skeleton.csv --common common.csv --out ali.csv.gz

        Exit codes:
          0 done   2 bad usage or config   3 bad data or model file, or a file that cannot be
          read or written   4 training diverged   5 the doctor found something to mend
          130 interrupted   1 unexpected fault

        'esmm COMMAND --help' tells the rest. Sample configs are in the folder samples.
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine((parseResult.CommandResult.Command switch
        {
            RootCommand => Root,
            { Name: "demo" } => DemoCommand.Examples,
            { Name: "simulate" } => SimulateCommand.Examples,
            { Name: "paper-bench" } => PaperBenchCommand.Examples,
            { Name: "family-bench" } => FamilyBenchCommand.Examples,
            { Name: "init" } => InitCommand.Examples,
            { Name: "train" } => TrainCommand.Examples,
            { Name: "pack" } => PackCommand.Examples,
            { Name: "calibrate" } => CalibrateCommand.Examples,
            { Name: "evaluate" } => EvaluateCommand.Examples,
            { Name: "report" } => ReportCommand.Examples,
            { Name: "compare" } => CompareCommand.Examples,
            { Name: "diff" } => DiffCommand.Examples,
            { Name: "explain" } => ExplainCommand.Examples,
            { Name: "profile" } => ProfileCommand.Examples,
            { Name: "tune-rank" } => TuneRankCommand.Examples,
            { Name: "sweep" } => SweepCommand.Examples,
            { Name: "score" } => ScoreCommand.Examples,
            { Name: "doctor" } => DoctorCommand.Examples,
            { Name: "export" or "onnx" } => ExportCommand.Examples,
            { Name: "convert" or "ali-ccp" } => ConvertCommand.Examples,
            { Name: "inspect" } => InspectCommand.Examples,
            _ => "",
        }).TrimEnd());
        return code;
    }
}
