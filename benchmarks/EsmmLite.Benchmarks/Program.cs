using BenchmarkDotNet.Running;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Benchmarks.Kernels;
using EsmmLite.Benchmarks.Latency;

return args switch
{
    ["latency", .. string[] rest] => LatencyCommand.Run(rest),
    ["kernels", .. string[] rest] => KernelsCommand.Run(rest),
    _ => Suites(args),
};

static int Suites(string[] args)
{
    bool failed = BenchmarkSwitcher.FromAssembly(typeof(FigureConfig).Assembly).Run(args, new FigureConfig()).Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success));
    return failed ? 1 : 0;
}
