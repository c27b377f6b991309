using EsmmLite.Features;
using EsmmLite.Layers;

namespace EsmmLite.Model;

/// <summary>What a model's options ask of its towers, given its feature space.</summary>
internal static class ModelPlan
{
    /// <summary>The name of the exposure-to-conversion head, and of its loss.</summary>
    internal const string Path = "path";

    internal static TowerPlan Of(FeatureSpace space, ModelOptions options, InputLayout layout)
    {
        int labels = space.Schema.Labels.Count;
        if (FaultOf(space.Schema, options) is { } fault)
        {
            throw new EsmmException(EsmmErrorKind.Config, fault.Message, fault.Path);
        }

        IReadOnlyList<string> names = ModelKinds.TowersOf(options.Kind, labels);
        List<HeadPlan> heads = [];
        if (options.Path is { } path)
        {
            int cvr = options.Kind == ModelKind.Esm2 ? 2 : EsmmModel.Cvr;
            heads.Add(new HeadPlan(Path, 0, path.Weight, path.Hidden, PathOf: cvr, StopGradient: path.StopGradient));
        }

        foreach (AuxiliaryOptions auxiliary in options.Auxiliary)
        {
            int label = space.Schema.Labels.ToList().FindIndex(l => l.Name == auxiliary.Label);
            HeadPlan head = new(auxiliary.Name, label, auxiliary.Weight, auxiliary.Hidden, Layer: auxiliary.Layer);
            heads.Add(auxiliary.Field is null ? head : head with { Column = layout.ColumnOfField(space.FieldIndex(auxiliary.Field)), Width = space.Encoders[space.FieldIndex(auxiliary.Field)].Width });
        }

        return new TowerPlan(layout.Width, names, options.SizesOf(names), options.Layers, options.Bottom, options.Kind == ModelKind.Aitm, heads, options.Seed, UnitsOf(space, options), ModelKinds.ScoredTowers(options.Kind, names.Count));
    }

    /// <summary>Names of the hidden layers of towers and experts.</summary>
    private static IEnumerable<string> LayersOf(ModelOptions options, IReadOnlyList<string> names)
    {
        BottomOptions bottom = options.Bottom;
        IEnumerable<string> experts = bottom.Kind switch
        {
            BottomKind.Mmoe => Enumerable.Range(0, bottom.Experts).Select(e => "expert" + e),
            BottomKind.Ple => Enumerable.Range(0, bottom.Levels).SelectMany(level => names.Append("shared").SelectMany(name =>
                Enumerable.Range(0, name == "shared" ? bottom.SharedExperts : bottom.Experts).Select(e => name + (level == 0 ? "" : "." + level) + ".expert" + e))),
            _ => [],
        };
        return experts.SelectMany(expert => bottom.Hidden.Select((_, l) => $"{expert}.dense{l}"))
            .Concat(names.Zip(options.SizesOf(names)).SelectMany(tower => tower.Second.Select((_, l) => $"{tower.First}.dense{l}")));
    }

    /// <summary>The activation units of all sequences; none where dot products do.</summary>
    private static UnitPlan[] UnitsOf(FeatureSpace space, ModelOptions options) => options.Attention.Kind == AttentionKind.Dot ? []
        : [.. space.Schema.Sequences.Select(sequence => new UnitPlan(sequence.Name, sequence.Actions.Sum(name => space.Encoders[space.FieldIndex(name)].Dim), options.Attention))];

    /// <summary>Why these options don't go with this schema, and where; null if they do.</summary>
    internal static (string Path, string Message)? FaultOf(Schema schema, ModelOptions options)
    {
        int labels = schema.Labels.Count;
        if (ModelKinds.FaultOf(options.Kind, labels) is { } kind)
        {
            return ("model.kind", kind);
        }

        IReadOnlyList<string> names = ModelKinds.TowersOf(options.Kind, labels);
        HashSet<string> taken = [.. names, "shared", "expert", UnitPlan.Prefix, Path, "ctcvr", "ctavr", "order", .. schema.Labels.Select(l => l.Name)];
        foreach ((AuxiliaryOptions a, int i) in options.Auxiliary.Select((a, i) => (a, i)))
        {
            string at = $"model.auxiliary[{i}]";
            if (!taken.Add(a.Name) || a.Name.Contains('.', StringComparison.Ordinal))
            {
                return (at + ".name", $"\"{a.Name}\" is taken, or has a dot in it");
            }

            if (schema.Labels.All(l => l.Name != a.Label))
            {
                return (at + ".label", $"\"{a.Label}\" is no label; expected one of {string.Join(", ", schema.Labels.Select(l => l.Name))}");
            }

            if (a.Field is not null && schema.Fields.All(f => f.Name != a.Field || !f.IsInput))
            {
                return (at + ".field", $"\"{a.Field}\" is no field, or no input");
            }

            if (schema.Fields.FirstOrDefault(f => f.Name == a.Field) is { } read && schema.IsAttended(read))
            {
                return (at + ".field", $"\"{a.Field}\" is a list of a sequence, which reaches the input through attention only");
            }

            if (a.Layer is not null && a.Field is not null)
            {
                return (at + ".layer", "a head reads a layer or a field, not both");
            }

            if (a.Layer is not null && !LayersOf(options, names).Contains(a.Layer))
            {
                return (at + ".layer", $"\"{a.Layer}\" is no hidden layer; expected one of {string.Join(", ", LayersOf(options, names))}");
            }
        }

        if (options.Attention is { Kind: AttentionKind.Din } attention && (attention.Hidden.Count == 0 || schema.Sequences.Count == 0))
        {
            return schema.Sequences.Count == 0 ? ("model.attention", "there is no sequence to attend to") : ("model.attention.hidden", "is empty; an activation unit needs at least one layer");
        }

        return options.Kind == ModelKind.Aitm && names.Any(n => options.SizesOf([n])[0].Count == 0) ? ("towers", "aitm needs at least one hidden layer a tower, which it passes on") : null;
    }
}
