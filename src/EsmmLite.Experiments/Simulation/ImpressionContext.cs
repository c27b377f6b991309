namespace EsmmLite.Experiments.Simulation;

/// <summary>The numbers behind an impression's field values.</summary>
/// <param name="User">Whose effects the user has: the rank, until the user is replaced.</param>
/// <param name="Item">Whose effects the item has.</param>
/// <param name="Category">Number of the item's category.</param>
/// <param name="Site">Number of the site.</param>
/// <param name="Device">Number of the kind of device.</param>
/// <param name="Hour">Hour of the day.</param>
/// <param name="LogPrice">The item's price as a standard normal variable.</param>
internal readonly record struct ImpressionContext(int User, int Item, int Category, int Site, int Device, int Hour, double LogPrice)
{
    /// <summary>The user: rank by frequency, and how often the one at this rank was replaced before.</summary>
    public Identity UserIdentity { get; init; }

    /// <summary>The item.</summary>
    public Identity ItemIdentity { get; init; }

    /// <summary>Position on the page, from 1.</summary>
    public int Position { get; init; }
}

/// <summary>Who is at a rank.</summary>
/// <param name="Rank">Rank by frequency, from 0.</param>
/// <param name="Generation">How many were there before.</param>
internal readonly record struct Identity(int Rank, int Generation);
