using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Layers;
using EsmmLite.Memory;
using EsmmLite.Model;
using EsmmLite.Persistence;

namespace EsmmLite.Training;

/// <summary>A checkpoint on disk: a model's tensors and metadata, and beside them what the optimizer remembers, the best weights so far, and the progress (docs/checkpoints.md).</summary>
internal static class CheckpointFile
{
    private const string Best = "best.", ProgressKey = "progress", OptimizerPrefix = "opt.", LastStep = OptimizerPrefix + "last.", Past = OptimizerPrefix + "past";

    /// <summary>Writes a checkpoint atomically, without a copy of any table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model as it stands.</param>
    /// <param name="optimizer">What it remembers.</param>
    /// <param name="progress">Where training stands.</param>
    /// <param name="bestPath">The file with the best weights so far; null when there are none.</param>
    /// <param name="files">The file system.</param>
    internal static string Save(string path, EsmmModel model, Optimizer optimizer, CheckpointProgress progress, string? bestPath, DiskFiles files)
    {
        using TensorFile? best = bestPath is null ? null : TensorFile.Open(bestPath);
        List<TensorSource> tensors = [.. model.FileTensors(), .. States(model, optimizer).Select(state => state.Source)];
        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            if (optimizer.LastSteps(t) is { } last)
            {
                tensors.Add(TensorSource.Of(LastStep + model.Bottom.Tables[t].Name, [last.Length], (ReadOnlyMemory<long>)last));
            }
        }

        float[] past = optimizer.Past;
        if (past.Length > 0)
        {
            tensors.Add(TensorSource.Of(Past, [past.Length], (ReadOnlyMemory<float>)past));
        }

        if (best is not null)
        {
            tensors.AddRange(EsmmModel.Shapes(model.Space, model.Options).Select(weight => best.AsSource(weight.Name, Best + weight.Name)));
        }

        return SafetensorsWriter.Save(path, [.. model.FileMetadata(EsmmModel.CheckpointFormat), new(ProgressKey, progress.ToJson())], tensors, files);
    }

    /// <summary>What a verified file says of the progress.</summary>
    internal static CheckpointProgress Progress(TensorFile file) => CheckpointProgress.Read(
        file.Metadata.GetValueOrDefault(ProgressKey) ?? throw new EsmmException(EsmmErrorKind.ModelFile, "has no 'progress' in its metadata", file.Path, "a checkpoint saved by EsmmLite"), file.Path + ", progress");

    /// <summary>The model of a checkpoint. All its shapes are checked before memory is taken; what the optimizer remembers is checked when it is read.</summary>
    internal static EsmmModel Model(TensorFile file, bool hasBest) => EsmmModel.Load(
        file, EsmmModel.CheckpointFormat, weights => hasBest ? weights.Concat(weights.Select(weight => (Best + weight.Name, weight.Shape))) : weights, OptimizerPrefix);

    /// <summary>Reads what an optimizer remembers into its blocks, which have the sizes that the options ask for.</summary>
    internal static void ReadState(TensorFile file, EsmmModel model, Optimizer optimizer, CheckpointProgress progress)
    {
        HashSet<string> known = [];
        foreach ((TensorSource shape, Action<float[]?> fill, AlignedBuffer? block, bool isSum) in States(model, optimizer))
        {
            RequireShape(file, known, shape.Name, DType.F32, [.. shape.Shape]);
            if (block is { } whole)
            {
                file.ReadInto(shape.Name, whole.Span);
                fill(null);
                RequireSums(file, isSum, whole.Span);
            }
            else
            {
                float[] values = file.Read<float>(shape.Name);
                RequireSums(file, isSum, values);
                fill(values);
            }
        }

        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            if (optimizer.LastSteps(t) is { } last)
            {
                string name = LastStep + model.Bottom.Tables[t].Name;
                RequireShape(file, known, name, DType.I64, [last.Length]);
                file.ReadInto<long>(name, last);
                if (last.Any(step => step < 0 || step > progress.Steps))
                {
                    throw Bad(file, "a row's last step is none of the run's", "steps from 0 to " + progress.Steps);
                }
            }
        }

        float[] past = new float[optimizer.PastLength(progress.Steps)];
        if (past.Length > 0)
        {
            RequireShape(file, known, Past, DType.F32, [past.Length]);
            file.ReadInto<float>(Past, past);
        }

        if (file.Tensors.FirstOrDefault(tensor => tensor.Name.StartsWith(OptimizerPrefix, StringComparison.Ordinal) && !known.Contains(tensor.Name)) is { } foreign)
        {
            throw Bad(file, "holds a tensor " + ErrorText.Quote(foreign.Name) + " that its optimizer does not know", "the tensors of its options");
        }

        optimizer.Restore(progress.Steps, progress.Powers, progress.Schedule, past);
    }

    /// <summary>Writes the best weights of a checkpoint to a file of their own, as early stopping keeps them.</summary>
    internal static void ExtractBest(TensorFile file, EsmmModel model, string path) =>
        SafetensorsWriter.Save(path, model.FileMetadata(EsmmModel.BestFormat), [.. EsmmModel.Shapes(model.Space, model.Options).Select(weight => file.AsSource(Best + weight.Name, weight.Name))]);

    /// <summary>
    /// What an optimizer remembers, as tensors: for the towers in the shapes of their tensors, for a table a value for each weight or for each row.
    /// The last block of each is one of squares, whose root is taken.
    /// </summary>
    private static IEnumerable<(TensorSource Source, Action<float[]?> Fill, AlignedBuffer? Block, bool IsSum)> States(EsmmModel model, Optimizer optimizer)
    {
        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            EmbeddingTable table = model.Bottom.Tables[t];
            IReadOnlyList<AlignedBuffer> state = optimizer.TableState(t);
            for (int k = 0; k < state.Count; k++)
            {
                long[] shape = state[k].Length == table.Rows && table.Dim > 1 ? [table.Rows] : [table.Rows, table.Dim];
                yield return (TensorSource.Of(Name(k, "emb." + table.Name + ".weight"), shape, (ReadOnlyMemory<float>)state[k].Memory), _ => { }, state[k], k == state.Count - 1);
            }
        }

        for (int k = 0; k < optimizer.TowerState.Count; k++)
        {
            AlignedBuffer block = optimizer.TowerState[k];
            foreach (TowerTensor tensor in model.Towers.Tensors)
            {
                float[] now = EsmmModel.Unpack(tensor, block.Span);
                yield return (TensorSource.Of(Name(k, tensor.Name), [.. tensor.Shape], (ReadOnlyMemory<float>)now), values => Pack(tensor, values!, block), null, k == optimizer.TowerState.Count - 1);
            }
        }

        static string Name(int kind, string tensor) => OptimizerPrefix + kind.ToString(CultureInfo.InvariantCulture) + "." + tensor;
    }

    private static void Pack(TowerTensor tensor, float[] values, AlignedBuffer block)
    {
        for (int i = 0; i < values.Length; i++)
        {
            block.Span[tensor.IndexOf(i)] = values[i];
        }
    }

    private static void RequireShape(TensorFile file, HashSet<string> known, string name, DType type, long[] shape)
    {
        TensorInfo info = file.Info(name);
        known.Add(name);
        if (info.Type != type || !info.Shape.SequenceEqual(shape))
        {
            throw Bad(file, $"tensor '{ErrorText.Shorten(name)}' is {info.Type} {TensorInfo.Text(info.Shape)}", $"{type} {TensorInfo.Text([.. shape])} as its options say");
        }
    }

    private static void RequireSums(TensorFile file, bool isSum, ReadOnlySpan<float> values)
    {
        foreach (float value in isSum ? values : default)
        {
            if (value < 0)
            {
                throw Bad(file, "a sum or mean of squares is below 0", "what the optimizer remembers");
            }
        }
    }

    private static EsmmException Bad(TensorFile file, string what, string expected) => new(EsmmErrorKind.ModelFile, what, file.Path, expected, "The file is damaged, or was not written by EsmmLite.");
}
