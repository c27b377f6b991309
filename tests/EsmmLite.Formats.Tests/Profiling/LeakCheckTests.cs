using System.Globalization;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Tests.Profiling;

public sealed class LeakCheckTests
{
    private const int Rows = 4000;

    private readonly Random _random = new(3);
    private readonly bool[] _labels;

    public LeakCheckTests() => _labels = [.. Enumerable.Range(0, Rows).Select(_ => _random.Next(20) == 0)];

    [Fact]
    public void FilledOnlyWithTheLabel() => Found(label => label ? Number(_random.Next(1000)) : null, "filled where it is 1");

    [Fact]
    public void MissingOnlyWithTheLabel() => Found(label => label ? null : "shown", "filled where it is 1");

    [Fact]
    public void ANumberAboveZeroWithTheLabel() => Found(label => label ? Number(1 + _random.Next(1000)) : "0", "its order alone");

    [Fact]
    public void ATextOfTheLabel() => Found(label => label ? "done" : _random.Next(2) == 0 ? "open" : "seen", "its values alone");

    [Fact]
    public void AnotherTextForAThirdOfTheLabels() => Found(label => label && _random.Next(3) == 0 ? "order " + Number(_random.NextDouble()) : null, "where it is filled, it is nearly always 1");

    [Fact]
    public void AnAmountWithAThirdOfTheLabels() => Found(label => label && _random.Next(3) == 0 ? Number(5 + _random.NextDouble()) : "0", "values that hardly occur otherwise");

    [Fact]
    public void FilledForAThirdOfTheLabels() => Found(label => label && _random.Next(3) == 0 ? Number(_random.Next(100)) : null, "where it is filled, it is nearly always 1");

    [Theory]
    [InlineData(0.7)]
    [InlineData(1.5)]
    [InlineData(2.0)]
    public void AGoodFieldIsNoLeak(double shift)
    {
        LabelAssociation? association = Measure(label => Number((label ? shift : 0) + Normal()));
        Assert.False(association!.IsLeak);
        Assert.InRange(association.Strongest, 0.6, 0.99);
    }

    [Fact]
    public void AnotherTextInEachRowIsNoLeak() => Assert.InRange(Measure(_ => Guid.NewGuid().ToString())!.Strongest, 0.4, 0.6);

    [Fact]
    public void AValueThatGoesWithACommonLabelIsNoLeak()
    {
        // Half of the rows have the label; one value in four decides it, the others say nothing.
        bool[] labels = [.. Enumerable.Range(0, Rows).Select(i => i % 2 == 0)];
        string[] values = [.. labels.Select(label => label && _random.Next(2) == 0 ? "child" : "adult")];
        Assert.False(LeakCheck.Measure(values, labels, Ones(Rows))!.IsLeak);
    }

    [Fact]
    public void AHandfulOfLabelsIsNotJudged()
        => Assert.Null(LeakCheck.Measure([.. Enumerable.Range(0, 1000).Select(i => i < 10 ? "x" : null)], [.. Enumerable.Range(0, 1000).Select(i => i < 10)], Ones(1000)));

    private static double[] Ones(int rows) => [.. Enumerable.Repeat(1.0, rows)];

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private void Found(Func<bool, string?> value, string words)
    {
        LabelAssociation association = Measure(value)!;
        Assert.True(association.IsLeak, association.ToString());
        Assert.Contains(words, association.Describe("it"), StringComparison.Ordinal);
    }

    private LabelAssociation? Measure(Func<bool, string?> value) => LeakCheck.Measure([.. _labels.Select(value)], _labels, Ones(Rows));
}
