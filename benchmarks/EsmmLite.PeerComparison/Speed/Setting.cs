using System.Runtime.Intrinsics;
using EsmmLite.PeerComparison.Speed.Engines;
using EsmmLite.PeerComparison.Speed.Tasks;

namespace EsmmLite.PeerComparison.Speed;

/// <summary>An environment that an engine's process runs in; its name is added to the ids of what it measures.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Suffix">Added to ids: empty, or @ and a name.</param>
/// <param name="Label">Added to labels.</param>
/// <param name="Environment">Variables set for the process.</param>
internal sealed record Setting(string Engine, string Suffix, string Label, IReadOnlyDictionary<string, string> Environment)
{
    private const int NarrowRounds = 3;
    private static readonly string[] s_narrowGroups = ["limits", "train", "score"];

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
            settings.Add(new(engine, "", "", new Dictionary<string, string>()));
            if (engine is Contestants.Machine or Contestants.Esmm && Vector512.IsHardwareAccelerated)
            {
                settings.Add(new(engine, Narrow, ", 256-bit vectors", new Dictionary<string, string> { ["DOTNET_PreferredVectorBitWidth"] = "256" }));
            }

            if (engine == Contestants.Torch && options.TorchEnvironment.Count > 0)
            {
                settings.Add(new(engine, TorchSecond, ", " + options.TorchLabel, options.TorchEnvironment));
            }
        }

        return settings;
    }

    /// <summary>Whether a contestant is measured at a task in a round. Narrow vectors decide no ratio: the plain path, a few rounds.</summary>
    public bool Takes(TaskCase task, Contestant contestant, int round) => contestant.Handles(task)
        && (Suffix != Narrow || (round < NarrowRounds && s_narrowGroups.Contains(task.Group) && task.Kind != TaskKind.Reading && contestant.Id is Contestants.Machine or Contestants.Esmm));
}
