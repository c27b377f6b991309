using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using EsmmLite.Scoring;

namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>What was measured, and on what.</summary>
/// <param name="Cpu">The processor's name.</param>
/// <param name="Lines">Name and value, in the order of the report.</param>
internal sealed record Versions(string Cpu, IReadOnlyList<(string Name, string Value)> Lines)
{
    private const string Prefix = "version ";

    /// <summary>The processor's name as the name of a folder.</summary>
    public string CpuSlug => Regex.Replace(Cpu.ToLowerInvariant(), "[^a-z0-9]+", "-").Trim('-');

    /// <summary>Asks the system; the peers' versions stand in what the parity process printed.</summary>
    public static Versions Read(IEnumerable<string> parity)
    {
        string cpu = Cpuinfo("model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        string engine = typeof(EsmmScorer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        return new(cpu,
        [
            ("EsmmLite", engine),
            (".NET", Environment.Version.ToString()),
            .. parity.Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).Distinct().Select(line =>
            {
                int space = line.LastIndexOf(' ');
                return (line[Prefix.Length..space], line[(space + 1)..]);
            }),
            ("system", RuntimeInformation.OSDescription),
            ("processor", $"{cpu} (family {Cpuinfo("cpu family")}, model {Cpuinfo("model")})"),
            ("cores", Environment.ProcessorCount.ToString()),
            ("vector width", Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128"),
        ]);
    }

    private static string? Cpuinfo(string key)
    {
        const string File = "/proc/cpuinfo";
        return System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).Select(line => line.Split(':', 2)).FirstOrDefault(pair => pair[0].Trim() == key)?[1].Trim()
            : null;
    }
}
