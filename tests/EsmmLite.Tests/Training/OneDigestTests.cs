using EsmmLite.DigestProbe;
using EsmmLite.Kernels;
using EsmmLite.Tiny;

namespace EsmmLite.Tests.Training;

/// <summary>Promises P1 and P2: one digest of weights, moments and scores, whatever the width, the threads, and the machine's libm.</summary>
public class OneDigestTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheEngineReachesTheWeightsOfTinyEsmm(int threads)
    {
        TinyConfig config = TinyLog.SampleConfig();
        TinyLog log = TinyLog.Sample(config, 600, seed: 7);
        TinyEsmm tiny = new(config);
        for (int epoch = 0; epoch < 10; epoch++)
        {
            tiny.Epoch(log, 64);
        }

        (string weights, string state) = ProbeModel.Train(config, log, 64, threads, 10);
        Assert.Equal(tiny.Digest(), weights);
        Assert.Equal(tiny.StateDigest(), state);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(2, 64)]
    [InlineData(3, 64)]
    [InlineData(2, 1)]
    [InlineData(3, 250)]
    public void ModelsOfSeparateFieldsReachTheWeightsOfTinyEsmmToo(int threads, int batch)
    {
        TinyConfig config = ProbeModel.SeparateConfig();
        TinyLog log = ProbeModel.SeparateLog(config, batch == 1 ? 12 : 600, batch);
        TinyEsmm tiny = new(config);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            tiny.Epoch(log, batch);
        }

        (string weights, string state) = ProbeModel.Train(config, log, batch, threads, 2);
        Assert.Equal(tiny.Digest(), weights);
        Assert.Equal(tiny.StateDigest(), state);
    }

    [Fact]
    public void BatchesLargerThanABlockOfRowsGiveTheSameWeightsToo()
    {
        TinyConfig config = TinyLog.SampleConfig();
        TinyLog log = TinyLog.Sample(config, 5000, seed: 3);
        TinyEsmm tiny = new(config);
        tiny.Epoch(log, 2500);
        Assert.Equal(tiny.StateDigest(), ProbeModel.Train(config, log, 2500, 2, 1).State);
    }

    [Fact]
    public void EveryVectorWidthGivesTheSameBits()
    {
        string expected = ProbeProcess.Run("600 3");
        foreach (int width in (int[])[512, 256, 128])
        {
            string found = ProbeProcess.Run("600 3", ("DOTNET_PreferredVectorBitWidth", width.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            string got = found.Split('\n')[0];
            output.WriteLine($"asked for {width}: {got}");
            if (width <= VectorWidth.Bits)
            {
                Assert.Equal($"width {width}", got);
            }

            Assert.Equal(Digests(expected), Digests(found));
        }

        Assert.Equal(7, Digests(expected).Count(l => l.StartsWith("family-", StringComparison.Ordinal)));
        foreach ((string name, int lines) in (ReadOnlySpan<(string, int)>)[("sample", 4), ("separate", 4), ("features", 3), ("din", 3)])
        {
            string[] digests = [.. Digests(expected).Where(l => l.StartsWith(name + " ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])];
            Assert.Equal(lines, digests.Length);
            Assert.Single(digests.Distinct());
        }
    }

    [Fact]
    public void AMachineWithoutFusedMultiplyAddGivesTheSameBits()
    {
        string found = ProbeProcess.Run("40 1", ("DOTNET_EnableAVX2", "0"));
        Assert.Contains("fma False", found);
        Assert.Equal(Digests(ProbeProcess.Run("40 1")), Digests(found));
    }

    [Fact]
    public void AnotherLibmGivesTheSameBits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the tunable belongs to glibc");
        Assert.Equal(Digests(ProbeProcess.Run("600 3")), Digests(ProbeProcess.Run("600 3", ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4"))));
    }

    private static string[] Digests(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("width", StringComparison.Ordinal) && !l.StartsWith("fma", StringComparison.Ordinal))];
}
