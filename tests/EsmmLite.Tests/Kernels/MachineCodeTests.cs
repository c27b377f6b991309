using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;

namespace EsmmLite.Tests.Kernels;

/// <summary>
/// What the compiler makes of the register tiles: sums stay in registers, and nothing is called. A tile that spills gives the same
/// bits at a fifth of the speed, in some processes and not in others, so that a look at the code is the only reliable test.
/// </summary>
public partial class MachineCodeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(512)]
    [InlineData(256)]
    public void TilesNeitherSpillNorCall(int width)
    {
        Assert.SkipUnless(Fma.IsSupported, "reads x64 code");
        string listing = Path.GetTempFileName();
        try
        {
            ProbeProcess.Run("600 1", ("DOTNET_JitStdOutFile", listing), ("DOTNET_JitDisasm", "EsmmLite.Kernels.RegisterTile*:Run EsmmLite.Kernels.WideTile*:Run"),
                ("DOTNET_PreferredVectorBitWidth", width.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            string[] methods = File.ReadAllText(listing).Split("; Assembly listing for method ", StringSplitOptions.RemoveEmptyEntries);
            Assert.SkipWhen(methods.Length == 0, "this runtime shows no code");
            foreach (string method in methods)
            {
                string name = method.Split('\n')[0];
                output.WriteLine(name);
                Assert.Contains("FullOpts", name); // not compiled twice: the first call is as fast as any other
                Assert.DoesNotMatch(Calls(), method);
                Assert.DoesNotMatch(StackVectors(), method);
            }

            Assert.Contains(methods, method => method.Contains("RegisterTile", StringComparison.Ordinal));
            Assert.Contains(methods, method => FusedMultiplyAdds().Count(method) >= 12);
        }
        finally
        {
            File.Delete(listing);
        }
    }

    [GeneratedRegex(@"^\s+(tail\.)?call\s", RegexOptions.Multiline)]
    private static partial Regex Calls();

    [GeneratedRegex(@"[xyz]mmword ptr \[r[sb]p")]
    private static partial Regex StackVectors();

    [GeneratedRegex(@"vfmadd\d+ps")]
    private static partial Regex FusedMultiplyAdds();
}
