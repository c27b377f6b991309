using EsmmLite.Memory;
using EsmmLite.Model;
using EsmmLite.Persistence;

namespace EsmmLite.Training;

/// <summary>A checkpoint on disk: a model's tensors and metadata, and beside them the moments, the best weights so far, and the progress (docs/checkpoints.md).</summary>
internal static class CheckpointFile
{
    private const string FirstMoment = "adam.m.", SecondMoment = "adam.v.", Best = "best.", ProgressKey = "progress";

    /// <summary>Writes a checkpoint atomically, without a copy of any table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model as it stands.</param>
    /// <param name="adam">Its moments.</param>
    /// <param name="progress">Where training stands.</param>
    /// <param name="bestPath">The file with the best weights so far; null when there are none.</param>
    /// <param name="files">The file system.</param>
    internal static string Save(string path, EsmmModel model, AdamOptimizer adam, CheckpointProgress progress, string? bestPath, DiskFiles files)
    {
        using TensorFile? best = bestPath is null ? null : TensorFile.Open(bestPath);
        List<TensorSource> tensors =
        [
            .. model.FileTensors(),
            .. model.ShapedLike(FirstMoment, t => adam.TableM(t).Memory, adam.TowerM.Span),
            .. model.ShapedLike(SecondMoment, t => adam.TableV(t).Memory, adam.TowerV.Span),
            .. best is null ? [] : EsmmModel.Shapes(model.Space, model.Options).Select(weight => best.AsSource(weight.Name, Best + weight.Name)),
        ];
        return SafetensorsWriter.Save(path, [.. model.FileMetadata(EsmmModel.CheckpointFormat), new(ProgressKey, progress.ToJson())], tensors, files);
    }

    /// <summary>What a verified file says of the progress.</summary>
    internal static CheckpointProgress Progress(TensorFile file) => CheckpointProgress.Read(
        file.Metadata.GetValueOrDefault(ProgressKey) ?? throw new EsmmException(EsmmErrorKind.ModelFile, "has no 'progress' in its metadata", file.Path, "a checkpoint saved by EsmmLite"), file.Path + ", progress");

    /// <summary>The model of a checkpoint. All shapes are checked before memory is taken.</summary>
    internal static EsmmModel Model(TensorFile file, bool hasBest)
    {
        string[] prefixes = ["", FirstMoment, SecondMoment, .. hasBest ? (string[])[Best] : []];
        return EsmmModel.Load(file, EsmmModel.CheckpointFormat, weights => prefixes.SelectMany(prefix => weights.Select(weight => (prefix + weight.Name, weight.Shape))));
    }

    /// <summary>Reads the moments into an optimizer.</summary>
    internal static void ReadMoments(TensorFile file, EsmmModel model, AdamOptimizer adam)
    {
        model.ReadShapedLike(file, FirstMoment, t => adam.TableM(t).Memory, adam.TowerM.Span);
        model.ReadShapedLike(file, SecondMoment, t => adam.TableV(t).Memory, adam.TowerV.Span);
        for (int t = 0; t <= model.Bottom.Tables.Count; t++)
        {
            // A root is taken of it.
            AlignedBuffer moments = t == model.Bottom.Tables.Count ? adam.TowerV : adam.TableV(t);
            foreach (float value in moments.Span)
            {
                if (value < 0)
                {
                    throw new EsmmException(EsmmErrorKind.ModelFile, "a second moment is below 0", file.Path, "means of squares", "The file is damaged, or was not written by EsmmLite.");
                }
            }
        }
    }

    /// <summary>Writes the best weights of a checkpoint to a file of their own, as early stopping keeps them.</summary>
    internal static void ExtractBest(TensorFile file, EsmmModel model, string path) =>
        SafetensorsWriter.Save(path, model.FileMetadata(EsmmModel.BestFormat), [.. EsmmModel.Shapes(model.Space, model.Options).Select(weight => file.AsSource(Best + weight.Name, weight.Name))]);
}
