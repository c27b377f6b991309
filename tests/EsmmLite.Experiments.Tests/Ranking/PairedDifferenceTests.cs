using EsmmLite.Experiments.Ranking;

namespace EsmmLite.Experiments.Tests.Ranking;

public sealed class PairedDifferenceTests
{
    [Fact]
    public void ASmallSpreadSupportsADifference()
    {
        PairedDifference difference = PairedDifference.Of([0.9, 1.0, 1.1]);
        Assert.Equal((3, 1.0, 0.1), (difference.Seeds, Math.Round(difference.Mean, 12), Math.Round(difference.Deviation, 12)));
        Assert.Equal(4.303 * 0.1 / Math.Sqrt(3), difference.HalfInterval, 1e-12);
        Assert.True(difference.IsSupported);
    }

    [Fact]
    public void ALargeSpreadDoesNot() => Assert.False(PairedDifference.Of([-0.2, 1.0, 1.1]).IsSupported);

    [Fact]
    public void OneSeedIsNone() => Assert.Throws<ArgumentOutOfRangeException>(() => PairedDifference.Of([1.0]));
}
