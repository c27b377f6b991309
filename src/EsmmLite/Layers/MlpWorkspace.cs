using EsmmLite.Memory;

namespace EsmmLite.Layers;

/// <summary>Activations of every layer for a block of rows and, for training, their gradients.</summary>
internal sealed class MlpWorkspace : TowerWorkspace
{
    private readonly AlignedBuffer[][] _outputs;
    private readonly AlignedBuffer[][] _slopes;
    private readonly AlignedBuffer[] _requestParts;
    private readonly float[][] _logits;
    private readonly float[][] _dLogits;
    private readonly int[][] _strides;

    /// <param name="all">All towers; each has a logit.</param>
    /// <param name="count">How many of them run.</param>
    /// <param name="rows">The most rows.</param>
    /// <param name="training">Whether there is a way back.</param>
    internal MlpWorkspace(MlpTower[] all, int count, int rows, bool training)
    {
        Towers = count;
        MlpTower[] towers = all[..count];
        _strides = [.. towers.Select(t => t.Dense.Select(l => l.Stride).ToArray())];
        _outputs = [.. _strides.Select(s => s.Select(stride => new AlignedBuffer((long)stride * rows)).ToArray())];
        _slopes = training ? [.. _strides.Select(s => s.Select(stride => new AlignedBuffer((long)stride * rows)).ToArray())] : [];
        _requestParts = training ? [] : [.. towers.Select(t => new AlignedBuffer(t.Dense[0].Stride))];
        _logits = [.. all.Select(_ => new float[rows])];
        _dLogits = [.. all.Select(_ => new float[training ? rows : 0])];
    }

    /// <summary>Number of towers that run: in scoring, those that scores are made of.</summary>
    internal int Towers { get; }

    internal override long Bytes => ((IEnumerable<AlignedBuffer>)[.. _outputs.SelectMany(b => b), .. _slopes.SelectMany(b => b), .. _requestParts]).Sum(b => b.Bytes)
        + (_logits.Concat(_dLogits).Sum(l => (long)l.Length) * sizeof(float));

    public override Span<float> Logits(int task) => _logits[task];

    public override Span<float> DLogits(int task) => _dLogits[task];

    /// <summary>A layer's outputs from a row on. [rows x stride]</summary>
    internal Span<float> Outputs(int tower, int layer, int firstRow) => _outputs[tower][layer].Span[(firstRow * _strides[tower][layer])..];

    /// <summary>Gradients by a layer's outputs before the rectifier, from a row on. [rows x stride]</summary>
    internal Span<float> Slopes(int tower, int layer, int firstRow) => _slopes[tower][layer].Span[(firstRow * _strides[tower][layer])..];

    /// <summary>The request's part of a tower's first layer. [outputs]</summary>
    internal Span<float> RequestPart(int tower) => _requestParts[tower].Span;
}
