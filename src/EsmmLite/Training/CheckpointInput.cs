using EsmmLite.Diagnostics;

namespace EsmmLite.Training;

/// <summary>Something that a training run was made from, and that must be the same when it goes on: a data file, a selection of rows.</summary>
/// <param name="Role">What it is for, such as <c>training data</c>; inputs of one role are compared in their order.</param>
/// <param name="Name">What to call it in messages, such as the file's name; it may change.</param>
/// <param name="Digest">What must not change: a digest of the contents, or a short text itself.</param>
public sealed record CheckpointInput(string Role, string Name, string Digest)
{
    /// <summary>Refuses inputs that are not those of a checkpoint; the first that differs is named.</summary>
    internal static void RequireSame(IReadOnlyList<CheckpointInput> then, IReadOnlyList<CheckpointInput> now, string checkpoint)
    {
        foreach (string role in then.Concat(now).Select(input => input.Role).Distinct())
        {
            CheckpointInput[] before = [.. then.Where(input => input.Role == role)], after = [.. now.Where(input => input.Role == role)];
            if (before.Length != after.Length)
            {
                throw Changed(role, $"there are {after.Length}", $"{before.Length}, as when training began: " + ErrorText.List(before.Select(input => input.Name)), checkpoint);
            }

            foreach ((CheckpointInput was, CheckpointInput found) in before.Zip(after).Where(pair => pair.First.Digest != pair.Second.Digest))
            {
                string name = ErrorText.Quote(found.Name) + (was.Name == found.Name ? "" : " in place of " + ErrorText.Quote(was.Name));
                throw Changed(role, name + " is not what training began with", was.Digest + ", not " + found.Digest, checkpoint);
            }
        }
    }

    private static EsmmException Changed(string role, string what, string expected, string checkpoint) =>
        new(EsmmErrorKind.Data, role + ": " + what, checkpoint, expected, "Training can go on only with the same inputs. Bring them back, or begin anew in an empty folder; an earlier model's weights can be a beginning.");
}
