using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Memory;
using EsmmLite.Model;

namespace EsmmLite.Training;

/// <summary>Trains a model, step by step or over epochs. The weights it reaches do not depend on the number of threads or the vector width.</summary>
/// <remarks>
/// Not thread-safe. Nothing is allocated by a step after the first. Weights that are changed from outside between two steps are
/// taken up by the next <see cref="Fit"/>. When early stopping brings earlier weights back, moments and step count stay those of the last step.
/// </remarks>
public sealed partial class Trainer : IDisposable
{
    private readonly StepWork _work;
    private readonly Optimizer _optimizer;
    private readonly RowSampling _sampling;
    private readonly LossWeighting? _weighting;
    private readonly double[] _losses;

    /// <summary>Creates a trainer.</summary>
    /// <param name="model">The model, trained in place.</param>
    /// <param name="options">How to train.</param>
    /// <param name="threads">Number of threads; 0 for one a processor.</param>
    /// <param name="objective">Losses and slopes; what the model's kind and the options say unless given.</param>
    /// <param name="sampling">Which rows each loss sees; all of them unless given, or unless the model's kind says otherwise.</param>
    /// <param name="combiner">How the losses' gradients meet; added up unless given.</param>
    /// <param name="weighting">What weighs the losses from step to step; nothing unless given. Options say so only where the objective is theirs.</param>
    public Trainer(EsmmModel model, TrainingOptions options, int threads = 0, Objective? objective = null, RowSampling? sampling = null, GradientCombiner? combiner = null, LossWeighting? weighting = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        options.Require();
        if (model.Calibration is not null)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "the model is calibrated, and training would make that wrong", "Trainer", "a model without a calibration", "Set its Calibration to null, train, and calibrate again.");
        }

        Model = model;
        Options = options;
        TrainingParts parts = TrainingParts.Create(model, options);
        Objective = objective ?? parts.Objective;
        _sampling = sampling ?? (objective is null ? parts.Sampling : new EntireSpace());
        _weighting = weighting ?? (objective is null ? parts.Weighting : null);
        combiner ??= objective is null ? parts.Combiner : null;
        _optimizer = new Optimizer(options, model.Bottom, model.Towers);
        _losses = new double[Objective.Losses.Count];
        _state = new TrainingState(_losses.Length);
        _work = new StepWork(model, options.Batch, threads == 0 ? Environment.ProcessorCount : threads, Objective, combiner, _optimizer, options.ClipNorm, _weighting);
    }

    /// <summary>The model being trained.</summary>
    public EsmmModel Model { get; }

    /// <summary>How it is trained.</summary>
    public TrainingOptions Options { get; }

    /// <summary>Its objective.</summary>
    public Objective Objective { get; }

    /// <summary>Steps taken.</summary>
    public long Steps => _optimizer.Steps;

    /// <summary>The epoch that the learning rate's schedule goes by, from 0; <see cref="Fit"/> sets it.</summary>
    public int Epoch
    {
        get => _optimizer.Epoch;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _optimizer.Epoch = value;
        }
    }

    /// <summary>The learning rate of the last step; before the first one, that of the first.</summary>
    public double LearningRate => _optimizer.Rate;

    /// <summary>Length of the whole gradient of the last step, before it was clipped; not a number without <see cref="TrainingOptions.ClipNorm"/>.</summary>
    public double GradientNorm => _work.GradientNorm;

    /// <summary>Weighted means of the objective's losses over the last batch, before its update.</summary>
    public ReadOnlySpan<double> Losses => _losses;

    /// <summary>What the coming step multiplies each loss by, beside its fixed weight; empty where nothing is learned.</summary>
    public ReadOnlySpan<double> LossFactors => _weighting is null ? default : _weighting.Weights;

    /// <summary>Set to measure where the time of every step from now on goes.</summary>
    public StepClock? Clock { get; set; }

    /// <summary>One step: forward, losses, backward, update.</summary>
    /// <param name="batch">At most <see cref="TrainingOptions.Batch"/> impressions with labels.</param>
    /// <returns>What the step touched.</returns>
    /// <exception cref="EsmmException">The batch is not valid, or a loss or gradient is not finite: nothing has been updated then.</exception>
    public StepResult Step(ImpressionBatch batch)
    {
        long begun = Clock is null ? 0 : Stopwatch.GetTimestamp();
        StepClock.Begin(Clock);
        try
        {
            BatchCheck.Require(Model.Space, batch, labels: true);
            if (batch.Count == 0 || batch.Count > Options.Batch)
            {
                throw new EsmmException(EsmmErrorKind.Usage, $"the batch has {batch.Count} impressions", null, $"1 to {Options.Batch}", "Set TrainingOptions.Batch to the largest batch.");
            }

            // Forward and backward, a block of rows at a time: gradients of all parameters and of the touched rows.
            _work.Clock = Clock;
            _work.Gradients(batch, _sampling);
            StepClock.Begin(Clock);
            RequireFinite();
            StepClock.Mark(StepWork.Checks, StepPass.Update);
            _weighting?.Observe(_losses, _work.LossNorms);
            _optimizer.BeginStep();
            StepResult result = _work.Update(batch.Count);
            Clock?.AddStep(begun);
            return result;
        }
        finally
        {
            StepClock.End();
        }
    }

    /// <summary>
    /// Brings every embedding row up to the last step. Needed before a model is used that was trained step by step with
    /// <see cref="TableOptimizer.ExactAdam"/>, which puts the steps of resting rows off; <see cref="Fit"/> does it by itself.
    /// </summary>
    public void Settle() => _work.Settle();

    /// <summary>
    /// What the trainer and its model hold, in bytes: the model's own parts, then moments and gradients, and what a batch needs on its way.
    /// A table weight takes 12 bytes: itself and two moments.
    /// </summary>
    public IReadOnlyList<MemoryPart> MemoryParts() => [.. Model.MemoryParts(), .. _optimizer.MemoryParts(), .. _work.MemoryParts()];

    /// <summary>
    /// SHA-256 of weights, first moments, second moments and step count, as lower-case hex: equal for equal data, options and seed,
    /// for any number of threads and any vector width.
    /// </summary>
    public string StateDigest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int tables = Model.Bottom.Tables.Count;
        Model.AppendTo(hash, Model.Bottom.Tables.Select(t => (ReadOnlyMemory<float>)t.Memory), Model.Towers.Parameters);
        int kinds = Math.Max(_optimizer.TowerState.Count, Enumerable.Range(0, tables).Select(t => _optimizer.TableState(t).Count).DefaultIfEmpty(0).Max());
        for (int kind = 0; kind < kinds; kind++)
        {
            IEnumerable<AlignedBuffer> ofTables = Enumerable.Range(0, tables).Select(_optimizer.TableState).Where(state => state.Count > kind).Select(state => state[kind]);
            Model.AppendTo(hash, ofTables.Select(block => (ReadOnlyMemory<float>)block.Memory), kind < _optimizer.TowerState.Count ? _optimizer.TowerState[kind].Span : default);
        }

        long steps = Steps;
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in steps)));
        hash.AppendData(MemoryMarshal.AsBytes(LossFactors));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Ends the trainer's threads.</summary>
    public void Dispose()
    {
        _work.Dispose();
        _resumedFrom?.Dispose();
    }

    private void RequireFinite()
    {
        for (int l = 0; l < _losses.Length; l++)
        {
            _losses[l] = _work.Memory.Mean(l);
            if (!double.IsFinite(_losses[l]))
            {
                throw Diverged($"the loss '{Objective.Losses[l]}' is {_losses[l]}", null);
            }
        }

        int bad = Finite.FirstUnusableGradient(_work.TowerGradients);
        if (bad >= 0)
        {
            throw Diverged($"a gradient is {_work.TowerGradients[bad]}", TensorAt(bad));
        }

        for (int t = 0; t < Model.Bottom.Tables.Count; t++)
        {
            RowGradients rows = _work.RowGradientsOf(t);
            int at = Finite.FirstUnusableGradient(rows.Gradients);
            if (at >= 0)
            {
                throw Diverged($"a gradient is {rows.Gradients[at]}", $"emb.{Model.Bottom.Tables[t].Name}.weight row {rows.Rows[at / rows.Dim]}");
            }
        }
    }

    // A method of its own: what its lambda captures is allocated where the captured variable is declared.
    private string TensorAt(int index) => Model.Towers.Tensors.First(t => Enumerable.Range(0, t.Count).Any(i => t.IndexOf(i) == index)).Name;

    private EsmmException Diverged(string what, string? tensor) =>
        new(EsmmErrorKind.Numeric, what, $"step {Steps + 1}" + (tensor is null ? "" : ", " + tensor), tensor is null ? "a finite number" : "a gradient below 2^63", "Training has diverged and stopped; the weights are those before the step. Lower the learning rate, or clip or standardise numeric fields.");
}

/// <summary>What a step touched: it does not depend on the number of rows in the tables.</summary>
/// <param name="Impressions">Rows of the batch.</param>
/// <param name="RowsTouched">Distinct embedding rows read and updated.</param>
/// <param name="RowBytes">Bytes of them read or written by the update: weight and two moments each way, and the gradient.</param>
public readonly record struct StepResult(int Impressions, long RowsTouched, long RowBytes);
