using System.Diagnostics;
using System.Globalization;
using EsmmLite.Persistence;

namespace EsmmLite.Training;

/// <summary>
/// A folder of checkpoints of one training run: written every so often, the last ones kept. One process at a time holds it. Give it to
/// <see cref="Trainer.Fit"/>, which also saves when it is cancelled.
/// </summary>
public sealed class CheckpointFolder : IDisposable
{
    private const string Prefix = "checkpoint-", Ending = ".safetensors", LockName = ".lock";

    private readonly DiskFiles _files;
    private readonly FileStream _lock;
    private readonly List<EsmmException> _skipped = [];
    private long _time = Stopwatch.GetTimestamp();
    private long _steps;

    /// <summary>Opens a folder, creates it if need be, and deletes what killed savers left in it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="EsmmException">Nothing can be written there, or another process holds it.</exception>
    public CheckpointFolder(string path)
        : this(path, DiskFiles.Machine)
    {
    }

    internal CheckpointFolder(string path, DiskFiles files)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        _files = files;
        try
        {
            Directory.CreateDirectory(path);
            _lock = new FileStream(In(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string what = File.Exists(In(LockName)) && e is IOException ? "the folder is held by another training" : "no checkpoint can be written there";
            throw new EsmmException(EsmmErrorKind.Usage, what + " (" + e.Message.TrimEnd('.') + ")", path, "a folder of this training's own", innerException: e);
        }

        try
        {
            foreach (string file in Names())
            {
                Leftovers.Delete(file, files, alone: true);
            }
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The longest time between two checkpoints; no limit when negative (<see cref="Timeout.InfiniteTimeSpan"/>).</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The most steps between two checkpoints; no limit when null.</summary>
    public long? EverySteps { get; init; }

    /// <summary>How many checkpoints are kept.</summary>
    public int Kept { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value)); } = 2;

    /// <summary>What training is made from; a checkpoint of other inputs is refused.</summary>
    public IReadOnlyList<CheckpointInput> Inputs { get; init; } = [];

    /// <summary>Told of a checkpoint that could not be written, for example on a full disk: training goes on, and tries again when the next one is due. When null it ends.</summary>
    public Action<EsmmException>? SaveFailed { get; init; }

    /// <summary>The last checkpoint that was saved; null before the first.</summary>
    public string? LastSaved { get; private set; }

    /// <summary>The checkpoints, the newest first.</summary>
    public IReadOnlyList<string> Files => [.. Names().Where(path => StepOf(path) is not null && File.Exists(path)).OrderByDescending(StepOf)];

    /// <summary>Why <see cref="Resume"/> left newer checkpoints aside.</summary>
    public IReadOnlyList<EsmmException> Skipped => _skipped;

    /// <summary>A trainer that stands where the newest usable checkpoint was saved; null when there is none. Damaged ones are left aside: see <see cref="Skipped"/>.</summary>
    /// <param name="threads">Number of threads; 0 for one a processor.</param>
    /// <param name="objective">As for the trainer before.</param>
    /// <param name="sampling">As for the trainer before.</param>
    /// <param name="combiner">As for the trainer before.</param>
    /// <param name="weighting">As for the trainer before, as it was created.</param>
    /// <exception cref="EsmmException">The inputs are other ones (<see cref="EsmmErrorKind.Data"/>), or none of the checkpoints is usable.</exception>
    public Trainer? Resume(int threads = 0, Objective? objective = null, RowSampling? sampling = null, GradientCombiner? combiner = null, LossWeighting? weighting = null)
    {
        _skipped.Clear();
        foreach (string path in Files)
        {
            Trainer trainer;
            try
            {
                trainer = Trainer.Resume(path, threads, objective, sampling, combiner, weighting);
            }
            catch (EsmmException e) when (e.Kind == EsmmErrorKind.ModelFile)
            {
                _skipped.Add(e);
                continue;
            }

            try
            {
                CheckpointInput.RequireSame(trainer.Inputs, Inputs, path);
                (_steps, _time) = (trainer.Steps, Stopwatch.GetTimestamp());
                return trainer;
            }
            catch
            {
                trainer.Dispose();
                throw;
            }
        }

        return _skipped.Count == 0 ? null : throw _skipped[0];
    }

    /// <summary>Deletes all checkpoints: the run has come to its end.</summary>
    public void Clear() => Delete(Files);

    /// <summary>Lets go of the folder.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Whether a checkpoint is due after a step. Allocates nothing.</summary>
    internal bool IsDue(long steps) => steps - _steps >= (EverySteps ?? long.MaxValue) || (Every >= TimeSpan.Zero && Stopwatch.GetElapsedTime(_time) >= Every);

    /// <summary>Saves a checkpoint and deletes those beyond the kept ones.</summary>
    internal void Save(Trainer trainer)
    {
        string path = In(Prefix + trainer.Steps.ToString("D12", CultureInfo.InvariantCulture) + Ending);
        try
        {
            trainer.SaveCheckpoint(path, Inputs, _files);
            LastSaved = path;

            // Beyond this step are only damaged ones that training did not go on from.
            IReadOnlyList<string> all = Files;
            Delete(all.Where(file => StepOf(file) > trainer.Steps));
            Delete(all.Where(file => StepOf(file) <= trainer.Steps).Skip(Kept));
        }
        catch (EsmmException e) when (SaveFailed is not null)
        {
            SaveFailed(e);
        }

        (_steps, _time) = (trainer.Steps, Stopwatch.GetTimestamp());
    }

    private void Delete(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            try
            {
                _files.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It costs room; the next time may be better.
            }
        }
    }

    private string In(string name) => System.IO.Path.Combine(System.IO.Path.GetFullPath(Path), name);

    /// <summary>Names of checkpoints, there or only begun.</summary>
    private IEnumerable<string> Names()
    {
        try
        {
            return [.. _files.List(In("")).Select(path => System.IO.Path.GetFileName(path)).Where(name => name.TrimStart('.').StartsWith(Prefix, StringComparison.Ordinal))
                .Select(name => name.TrimStart('.')).Select(name => name.IndexOf(Ending, StringComparison.Ordinal) is > 0 and int end ? name[..(end + Ending.Length)] : name).Distinct().Select(In)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EsmmException(EsmmErrorKind.ModelFile, "the checkpoints can't be listed (" + e.Message.TrimEnd('.') + ")", Path, innerException: e);
        }
    }

    private static long? StepOf(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal) && name.Length > Prefix.Length + Ending.Length
            && long.TryParse(name[Prefix.Length..^Ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;
    }
}
