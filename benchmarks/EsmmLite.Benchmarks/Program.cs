using BenchmarkDotNet.Running;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Benchmarks.Latency;

return args is ["latency", ..] ? LatencyCommand.Run(args[1..]) : Suites(args);

static int Suites(string[] args)
{
    bool failed = BenchmarkSwitcher.FromAssembly(typeof(FigureConfig).Assembly).Run(args, new FigureConfig()).Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success));
    return failed ? 1 : 0;
}
