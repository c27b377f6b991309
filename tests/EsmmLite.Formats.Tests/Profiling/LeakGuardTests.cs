using System.Globalization;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Profiling;

namespace EsmmLite.Formats.Tests.Profiling;

public sealed class LeakGuardTests : IDisposable
{
    private static readonly Schema Labels = new()
    {
        Fields =
        [
            new HashedField { Name = "user", Buckets = 10 }, new NumericField { Name = "price" }, new NumericField { Name = "seconds", Column = "dwell" },
            new HashedField { Name = "status", Buckets = 10 }, new NumericField { Name = "position", FixedAtServing = "1" },
        ],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "sale", Column = "basket", In = ["paid"] }],
    };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FieldsThatGiveALabelAwayAreFound()
    {
        IReadOnlyList<LeakFinding> leaks = LeakGuard.Run(Log(), Labels, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["seconds", "status", "position"], leaks.Select(leak => leak.Field));
        Assert.Contains("column \"dwell\"", leaks[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("conversion", leaks[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsFixedWhenServingGivesNothingAwayThen()
        => Assert.Equal(["seconds", "status"], LeakGuard.Run(Log(), Labels, served: true, cancellation: TestContext.Current.CancellationToken).Select(leak => leak.Field));

    [Fact]
    public void ALogThatCantBeReadIsLeftToItsReader()
        => Assert.Empty(LeakGuard.Run(_folder.Log("user,price\na,1\n"), Labels, cancellation: TestContext.Current.CancellationToken));

    private DelimitedLog Log()
    {
        var random = new Random(1);
        var text = new StringBuilder("user,price,dwell,status,position,click,basket\n");
        for (int i = 0; i < 4000; i++)
        {
            int click = random.Next(5) == 0 ? 1 : 0;
            bool sale = click == 1 && random.Next(4) == 0;
            text.Append(CultureInfo.InvariantCulture, $"u{random.Next(50)},{random.Next(100)},{(click == 1 ? 1 + random.Next(90) : 0)},{(sale ? "shipped" : "none")},{click + 1},{click},{(sale ? "paid" : "open")}\n");
        }

        return _folder.Log(text.ToString());
    }
}
