using EsmmLite.Evaluation;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Tests.Profiling;

public sealed class WeightedAucTests
{
    [Fact]
    public void WithoutWeightsItIsTheExactArea()
    {
        var random = new Random(7);
        double[] scores = [.. Enumerable.Range(0, 500).Select(_ => (double)random.Next(40))];
        bool[] labels = [.. scores.Select(score => random.Next(60) < score)];
        var exact = new AucAccumulator();
        for (int i = 0; i < scores.Length; i++)
        {
            exact.Add((float)scores[i], labels[i]);
        }

        Assert.Equal(exact.Compute()!.Value, WeightedAuc.Of(scores, labels, [.. scores.Select(_ => 1.0)])!.Value, 12);
    }

    [Fact]
    public void AWeightCountsAsSoManyRows()
    {
        double[] scores = [1, 2, 3, 2], once = [1, 1, 1, 1];
        bool[] labels = [false, true, false, false];
        double? repeated = WeightedAuc.Of([1, 1, 1, 2, 3, 2], [false, false, false, true, false, false], [1, 1, 1, 1, 1, 1]);
        Assert.Equal(repeated, WeightedAuc.Of(scores, labels, [3, 1, 1, 1]));
        Assert.NotEqual(repeated, WeightedAuc.Of(scores, labels, once));
    }

    [Fact]
    public void OneLabelHasNoArea() => Assert.Null(WeightedAuc.Of([1, 2], [true, true], [1, 1]));
}
