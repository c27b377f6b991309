using System.Globalization;
using EsmmLite.Kernels;

namespace EsmmLite.Layers;

/// <summary>Puts the blocks of <see cref="LayeredTowers"/> together.</summary>
internal sealed class TowerBuilder
{
    private readonly TowerPlan _plan;
    private readonly List<Block> _blocks = [];
    private readonly Dictionary<string, Block> _outputs = []; // of each hidden layer of towers and experts, behind all that follows it
    private int _offset;
    private double _floats;

    private TowerBuilder(TowerPlan plan) => _plan = plan;

    internal static LayeredTowers Build(TowerPlan plan)
    {
        TowerBuilder builder = new(plan);
        builder.Run();
        return new LayeredTowers(builder._blocks, plan, builder._offset);
    }

    /// <summary>Names and shapes of all tensors, known before there is memory for them.</summary>
    internal static IEnumerable<(string Name, int[] Shape)> Shapes(TowerPlan plan)
    {
        TowerBuilder builder = new(plan);
        builder.Run();
        return builder._blocks.SelectMany(b => b.Tensors).Select(t => (t.Name, t.Shape.ToArray()));
    }

    private void Run()
    {
        Block?[] inputs = new Experts(this).Build(_plan);
        Block? before = null;
        for (int t = 0; t < _plan.Names.Count; t++)
        {
            before = Tower(t, inputs[t], before);
        }

        for (int h = 0; h < _plan.Heads.Count; h++)
        {
            Head(_plan.Heads[h], _plan.Names.Count + h);
        }

        MarkTrainingOnly();
    }

    /// <summary>What no logit of a score is made of serves a loss only.</summary>
    private void MarkTrainingOnly()
    {
        HashSet<Block> scored = [.. _blocks.OfType<LogitBlock>().Where(logit => logit.Task < _plan.Scored)];
        for (int b = _blocks.Count - 1; b >= 0; b--)
        {
            _blocks[b].TrainingOnly = !scored.Contains(_blocks[b]);
            scored.UnionWith(_blocks[b].TrainingOnly ? [] : _blocks[b].Sources);
        }
    }

    /// <summary>One tower; what it passes on, with AITM.</summary>
    private Block? Tower(int task, Block? input, Block? before)
    {
        string name = _plan.Names[task];
        Block? h = Hidden(name, input, _plan.Hidden[task], out int layers);
        if (_plan.Transfer)
        {
            h = Transfer(name, h ?? throw new EsmmException(EsmmErrorKind.Config, $"tower '{name}' has no hidden layer to pass on", "towers", "at least one hidden layer a tower with aitm"), before);
        }

        Block? skip = _plan.Layers.Skip && h is not null ? Dense($"{name}.skip", null, 1) : null;
        Logit(name, task, layers, h, input, skip);
        return h;
    }

    /// <summary>Dense layers, each with what follows it; null if there are none.</summary>
    internal Block? Hidden(string name, Block? input, IReadOnlyList<int> sizes, out int layers)
    {
        Block? h = null;
        layers = 0;
        foreach (int size in sizes)
        {
            Block? from = h ?? input;
            string layer = $"{name}.dense{layers++}";
            h = _outputs[layer] = Follow(layer, Dense(layer, from, size), from);
        }

        return h;
    }

    internal Block Dense(string name, Block? source, int outputs, int column = -1, int width = 0)
    {
        int inputs = source?.Width ?? (column < 0 ? _plan.Inputs : width);
        Require(((double)inputs + 1) * Math.Ceiling(outputs / (double)MatrixProduct.PanelWidth) * MatrixProduct.PanelWidth);
        DenseLayer layer = new(name, inputs, outputs, _offset, brain: false);
        _offset = layer.End;
        return Add<Block>(source is null && column < 0 ? new InputDense(name, layer) : new DenseBlock(name, layer, source, Math.Max(0, column)));
    }

    internal T Add<T>(T block)
        where T : Block
    {
        block.Index = _blocks.Count;
        _blocks.Add(block);
        return block;
    }

    /// <summary>Normalisation, activation, dropout, residual.</summary>
    private Block Follow(string layer, Block z, Block? from)
    {
        LayerOptions options = _plan.Layers;
        if (options.LayerNorm)
        {
            Require(2.0 * (z.Width + 16));
            NormBlock norm = Add(new NormBlock(layer + ".norm", z, _offset));
            (_offset, z) = (norm.End, norm);
        }

        Require(z.Width + 16);
        ActivationBlock active = Add(new ActivationBlock(layer + ".activation", z, options.Activation, (float)options.Slope, _offset));
        (_offset, z) = (active.End, active);
        if (options.Dropout > 0)
        {
            z = Add(new DropoutBlock(layer + ".dropout", z, options.Dropout, _plan.Seed));
        }

        return options.Residual && from is not null && from.Width == z.Width ? Add(new AddBlock(layer + ".residual", z, from)) : z;
    }

    /// <summary>What the tower before passes on meets the tower's own values; the first tower has its own only.</summary>
    private Block Transfer(string name, Block own, Block? before)
    {
        if (before is null)
        {
            return own;
        }

        if (before.Width != own.Width)
        {
            throw new EsmmException(EsmmErrorKind.Config, $"the last hidden layers of the towers have {before.Width} and {own.Width} units", "towers", "the same width, because aitm passes one on to the next");
        }

        Block passed = Dense($"{name}.passed", before, own.Width);
        Require(passed.Width + 16);
        Block info = Add(new ActivationBlock($"{name}.passed.activation", passed, Activation.Relu, 0, _offset));
        DenseBlock p = (DenseBlock)Dense($"{name}.transfer", info, 3 * own.Width);
        DenseBlock q = Add(p.Share($"{name}.transfer.own", own));
        return Add(new TransferBlock($"{name}.transfer.mix", p, q));
    }

    private void Logit(string name, int task, int layers, Block? h, Block? input, Block? skip)
    {
        if (h is null && input is null)
        {
            // A logistic regression: its first layer is its last.
            Add(new LogitBlock($"{name}.logit", task, null, null, Dense($"{name}.dense0", null, 1)));
            return;
        }

        Block source = h ?? input!;
        Require(source.Width + 32);
        LogitLayer logit = new($"{name}.dense{layers}", source.Width, _offset);
        _offset = logit.End;
        Add(new LogitBlock($"{name}.logit", task, logit, source, skip));
    }

    private void Head(HeadPlan head, int task)
    {
        Block? source = head.Layer is null ? null : _outputs[head.Layer];
        if (head.PathOf < 0 && head.Hidden.Count == 0)
        {
            Add(new LogitBlock($"{head.Name}.logit", task, null, null, Dense($"{head.Name}.dense0", source, 1, head.Column, head.Width)));
            return;
        }

        int first = head.Hidden.Count == 0 ? 1 : head.Hidden[0];
        Block z = Dense($"{head.Name}.dense0", source, first, head.Column, head.Width);
        if (head.PathOf >= 0)
        {
            Require(z.Width + 16);
            PathBlock path = Add(new PathBlock($"{head.Name}.path", z, head.PathOf, head.StopGradient, _offset));
            (_offset, z) = (path.End, path);
        }

        if (head.Hidden.Count == 0)
        {
            Add(new LogitBlock($"{head.Name}.logit", task, null, null, z));
            return;
        }

        Block h = Add(new ActivationBlock($"{head.Name}.dense0.activation", z, Activation.Relu, 0, _offset));
        for (int l = 1; l < head.Hidden.Count; l++)
        {
            h = Add(new ActivationBlock($"{head.Name}.dense{l}.activation", Dense($"{head.Name}.dense{l}", h, head.Hidden[l]), Activation.Relu, 0, _offset));
        }

        Logit(head.Name, task, head.Hidden.Count, h, null, null);
    }

    /// <summary>Refuses towers whose parameters no block can hold, before their places in it overflow.</summary>
    private void Require(double floats)
    {
        _floats += floats;
        if (_floats > Array.MaxLength - MatrixProduct.PanelWidth)
        {
            throw new EsmmException(EsmmErrorKind.Config, string.Create(CultureInfo.InvariantCulture, $"the towers need a block of more than {_floats:N0} floats, which is larger than one array can be"), "towers", hint: "Use smaller layers, or fewer and narrower inputs.");
        }
    }
}
