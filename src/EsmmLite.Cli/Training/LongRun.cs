using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>What was asked for of a run that may be interrupted, or that begins with an earlier model.</summary>
/// <param name="Folder">The folder of checkpoints; null for none.</param>
/// <param name="Every">The time between two; null for a number of steps.</param>
/// <param name="EverySteps">The steps between two; null for a time.</param>
/// <param name="Resume">Whether to go on from the newest.</param>
/// <param name="InitialPath">The earlier model's file; null for none.</param>
/// <param name="Initial">The earlier model.</param>
internal sealed record LongRun(string? Folder, TimeSpan? Every, long? EverySteps, bool Resume, string? InitialPath, EsmmModel? Initial)
{
    /// <summary>Refuses a folder that can't be used before the log is read.</summary>
    public void RequireUsable()
    {
        if (Folder is null)
        {
            return;
        }

        using var folder = new CheckpointFolder(Folder);
        if (!Resume && folder.Files.Count > 0)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the folder has checkpoints of a run that did not come to its end", "--checkpoint " + Folder, "--resume, to go on from " + Path.GetFileName(folder.Files[0]), "To begin anew, delete them or name another folder.");
        }
    }

    /// <summary>Opens the folder for training; null without one.</summary>
    public CheckpointFolder? Open(Func<IReadOnlyList<CheckpointInput>> inputs, Action<string> note)
    {
        return Folder is null ? null : new CheckpointFolder(Folder)
        {
            Every = Every ?? Timeout.InfiniteTimeSpan,
            EverySteps = EverySteps,
            Inputs = [.. inputs(), .. Initial is null ? (CheckpointInput[])[] : [new CheckpointInput("initial model", InitialPath!, Initial.Digest!)]],
            SaveFailed = fault => note("warning: no checkpoint was saved, training goes on: " + fault.Message),
        };
    }
}
