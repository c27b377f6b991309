using System.Globalization;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>Numbers as the report shows them.</summary>
internal static class Figures
{
    /// <summary>A speed in the unit of a task, with the range of the rounds.</summary>
    public static string Speed(TaskCase task, Spread spread) =>
        task.Unit == Unit.Microseconds
            ? Range(new Spread(Scaled(task, spread.Median), Scaled(task, spread.High), Scaled(task, spread.Low)), Number)
            : Range(new Spread(Scaled(task, spread.Median), Scaled(task, spread.Low), Scaled(task, spread.High)), Number);

    /// <summary>A ratio with the range of the rounds.</summary>
    public static string Ratio(Spread? spread) => spread is null ? "" : Range(spread, value => value.ToString(value >= 20 ? "0" : "0.00", CultureInfo.InvariantCulture));

    /// <summary>An aim.</summary>
    public static string Aim(Comparison comparison) => comparison.Aim is { } aim ? $"{(comparison.AtMost ? "≤" : "≥")} {aim.ToString("0.##", CultureInfo.InvariantCulture)}" : "";

    /// <summary>A share in percent.</summary>
    public static string Percent(Spread? spread) => spread is null ? "" : (100 * spread.Median).ToString("0", CultureInfo.InvariantCulture) + " %";

    /// <summary>A number with about three digits.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "#,0" : Math.Abs(value) >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>The name of a task's unit.</summary>
    public static string Name(Unit unit) => unit switch
    {
        Unit.Impressions => "impressions/s",
        Unit.Microseconds => "µs",
        Unit.GigaFlops => "GFLOP/s",
        _ => "GB/s",
    };

    // From units of work a second to what is shown.
    private static double Scaled(TaskCase task, double speed) => task.Unit switch
    {
        Unit.Impressions => speed,
        Unit.Microseconds => 1e6 / speed,
        _ => speed / 1e9,
    };

    private static string Range(Spread spread, Func<double, string> text) =>
        spread.Low == spread.High ? text(spread.Median) : $"{text(spread.Median)} ({text(spread.Low)}–{text(spread.High)})";
}
