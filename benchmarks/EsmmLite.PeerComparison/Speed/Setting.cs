using System.Runtime.Intrinsics;
using EsmmLite.PeerComparison.Speed.Engines;

namespace EsmmLite.PeerComparison.Speed;

/// <summary>An environment that an engine's process runs in; its name is added to the ids of what it measures.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Suffix">Added to ids: empty, or @ and a name.</param>
/// <param name="Label">Added to labels.</param>
/// <param name="Environment">Variables set for the process.</param>
/// <param name="Groups">Groups it is measured at; all when empty.</param>
internal sealed record Setting(string Engine, string Suffix, string Label, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Groups)
{
    /// <summary>The suffix of EsmmLite held to 256-bit vectors.</summary>
    public const string Narrow = "@256";

    /// <summary>The suffix of the second set of TorchSharp figures.</summary>
    public const string TorchSecond = "@env";

    /// <summary>The settings of a run, engine by engine.</summary>
    public static IReadOnlyList<Setting> Of(SpeedOptions options)
    {
        List<Setting> settings = [];
        foreach (string engine in Contestants.Engines)
        {
            settings.Add(new(engine, "", "", new Dictionary<string, string>(), []));
            if (engine is Contestants.Machine or Contestants.Esmm && Vector512.IsHardwareAccelerated)
            {
                settings.Add(new(engine, Narrow, ", 256-bit vectors", new Dictionary<string, string> { ["DOTNET_PreferredVectorBitWidth"] = "256" }, ["limits", "train", "score"]));
            }

            if (engine == Contestants.Torch && options.TorchEnvironment.Count > 0)
            {
                settings.Add(new(engine, TorchSecond, ", " + options.TorchLabel, options.TorchEnvironment, []));
            }
        }

        return settings;
    }

    /// <summary>Whether it is measured at a group.</summary>
    public bool Takes(string group) => Groups.Count == 0 || Groups.Contains(group);
}
