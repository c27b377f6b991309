using System.Globalization;

namespace EsmmLite.Experiments.Simulation;

/// <summary>One impression with its labels and the truth behind them; filled again and again by <see cref="FunnelSimulator.Next"/>.</summary>
public sealed class SimulatedImpression
{
    /// <summary>Who saw it, such as <c>u17</c>; the number is the user's rank by frequency.</summary>
    public string UserId { get; internal set; } = "";

    /// <summary>What was shown, such as <c>i3</c>; the number is the item's rank by frequency.</summary>
    public string ItemId { get; internal set; } = "";

    /// <summary>The item's category.</summary>
    public string Category { get; internal set; } = "";

    /// <summary>Where it was shown.</summary>
    public string Site { get; internal set; } = "";

    /// <summary>The kind of device it was shown on.</summary>
    public string Device { get; internal set; } = "";

    /// <summary>Hour of the day, from 0.</summary>
    public long Hour { get; internal set; }

    /// <summary>The item's price, in whole cents written as units: positive and skewed.</summary>
    public double Price { get; internal set; }

    /// <summary>Position on the page, from 1.</summary>
    public int Position { get; internal set; }

    /// <summary>When it was shown, in UTC.</summary>
    public DateTime Time { get; internal set; }

    /// <summary>Whether it was clicked: y.</summary>
    public bool Click { get; internal set; }

    /// <summary>Whether it was clicked and converted; never true without a click.</summary>
    public bool Conversion { get; internal set; }

    /// <summary>From impression to conversion; zero without one.</summary>
    public TimeSpan Delay { get; internal set; }

    /// <summary>Whether the log shows a conversion although there was no click.</summary>
    public bool StrayConversion { get; internal set; }

    /// <summary>Whether it would have converted if it had been clicked; no log shows it of an impression that was not.</summary>
    public bool ConversionIfClicked { get; internal set; }

    /// <summary>P(y = 1 | x), before negative down-sampling.</summary>
    public double TruePCtr { get; internal set; }

    /// <summary>P(z = 1 | y = 1, x): what impressions of these fields convert with once they are clicked. The most that a log can teach.</summary>
    public double TruePCvr { get; internal set; }

    /// <summary>
    /// P(z = 1 | do(click), x): what impressions of these fields would convert with if all of them were clicked. The same as
    /// <see cref="TruePCvr"/> unless a hidden factor drives both.
    /// </summary>
    public double TruePCvrIfClicked { get; internal set; }

    /// <summary>Logit of P(y = 1 | x) without the position's part: what observed shift and sharing are measured by.</summary>
    internal double ClickLogit { get; set; }

    /// <summary>Logit of P(z = 1 | y = 1, x).</summary>
    internal double ConversionLogit { get; set; }

    /// <summary>A column as the log writes it.</summary>
    /// <param name="column">Its name in the log.</param>
    public string Text(string column) => column switch
    {
        "user_id" => UserId,
        "item_id" => ItemId,
        "category" => Category,
        "site" => Site,
        "device" => Device,
        "hour" => Hour.ToString(CultureInfo.InvariantCulture),
        "price" => Price.ToString("R", CultureInfo.InvariantCulture),
        "position" => Position.ToString(CultureInfo.InvariantCulture),
        _ => throw new EsmmException(EsmmErrorKind.Usage, "a simulated log has no field " + column, nameof(SimulatedImpression)),
    };
}
