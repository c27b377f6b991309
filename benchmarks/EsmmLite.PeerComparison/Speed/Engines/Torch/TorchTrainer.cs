using EsmmLite.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace EsmmLite.PeerComparison.Speed.Engines.Torch;

/// <summary>Training steps of one variant.</summary>
internal sealed class TorchTrainer : IDisposable
{
    private readonly TorchModel _model;
    private readonly AdamClock _clock;
    private readonly TrainingOptions _options;
    private readonly FlatAdam? _flat;
    private readonly optim.Optimizer? _dense;

    /// <summary>Creates the optimizers.</summary>
    public TorchTrainer(TorchModel model, TorchVariant variant, TrainingOptions options)
    {
        _model = model;
        _options = options;
        _clock = new AdamClock(options);
        if (variant.Update == TableUpdate.DenseAdam)
        {
            // TorchSharp's default for beta2 is not torch's: everything is passed.
            _dense = optim.Adam([.. model.Tables.Dense, .. model.Towers.Block.Parameters], options.LearningRate, options.Beta1, options.Beta2, options.Epsilon);
        }
        else
        {
            _flat = new FlatAdam(model.Towers.Block);
        }
    }

    /// <summary>Forward, loss, backward, update.</summary>
    public void Step(TorchIds ids)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor a, Tensor b) = _model.Forward(ids);
        Tensor logProduct = logsigmoid(a) + logsigmoid(b);
        Tensor ctcvr = -(ids.Both * logProduct + (1 - ids.Both) * (-logProduct.exp()).log1p()).mean();
        Tensor loss = _options.CtrWeight * binary_cross_entropy_with_logits(a, ids.Click) + _options.CtcvrWeight * ctcvr;
        _flat?.ClearGradients();
        _dense?.zero_grad();
        loss.backward();
        using IDisposable noGrad = no_grad();
        _clock.Tick();
        _dense?.step();
        _flat?.Step(_clock);
        _model.Tables.Update(ids, _clock);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _flat?.Dispose();
        _dense?.Dispose();
    }
}
