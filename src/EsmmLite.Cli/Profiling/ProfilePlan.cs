using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Profiling;

/// <summary>What is to be profiled.</summary>
/// <param name="ConfigPath">The config file.</param>
/// <param name="Config">Shape of the model and of the training; its batch is the one to measure.</param>
/// <param name="Space">The feature space.</param>
/// <param name="Batches">Full batches that the steps go round.</param>
/// <param name="Source">Where the ids come from, in words.</param>
/// <param name="Threads">Threads of a step.</param>
/// <param name="Steps">Steps to measure; null for about two seconds' worth.</param>
internal sealed record ProfilePlan(string ConfigPath, EsmmConfig Config, FeatureSpace Space, IReadOnlyList<ImpressionBatch> Batches, string Source, int Threads, int? Steps)
{
    public int Batch => Config.Training.Batch;

    public EsmmModel CreateModel() => EsmmModel.Create(Space, Config.Model);
}
