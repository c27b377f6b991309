namespace EsmmLite.Experiments.Simulation;

/// <summary>The numbers behind an impression's field values.</summary>
/// <param name="User">Rank of the user.</param>
/// <param name="Item">Rank of the item.</param>
/// <param name="Category">Number of the item's category.</param>
/// <param name="Site">Number of the site.</param>
/// <param name="Device">Number of the kind of device.</param>
/// <param name="Hour">Hour of the day.</param>
/// <param name="LogPrice">The item's price as a standard normal variable.</param>
internal readonly record struct ImpressionContext(int User, int Item, int Category, int Site, int Device, int Hour, double LogPrice);
