namespace EsmmLite.PeerComparison.Goldens;

/// <summary>The engine's order of input columns, so that kernels match element by element.</summary>
/// <remarks>
/// Request-side separate fields; the request chain; candidate-side separate fields; the candidate chain; the spanning crosses.
/// A chain is the side's other fields in schema order, then the crosses both of whose fields are on that side.
/// </remarks>
internal static class InputLayout
{
    /// <summary>The parts of the input, in column order.</summary>
    public static IReadOnlyList<InputPart> Of(GoldenSpec spec)
    {
        List<(string Group, GoldenField? Field, GoldenCross? Cross, int Width)> parts = [];
        foreach (bool candidate in (bool[])[false, true])
        {
            string side = candidate ? "candidate" : "request";
            GoldenField[] fields = [.. spec.Fields.Where(field => field.Candidate == candidate)];
            parts.AddRange(fields.Where(field => field.Separate)
                .Select(field => ($"{side}:{field.Name}", (GoldenField?)field, (GoldenCross?)null, field.Width)));
            parts.AddRange(fields.Where(field => !field.Separate)
                .Select(field => ($"{side}:chain", (GoldenField?)field, (GoldenCross?)null, field.Width)));
            parts.AddRange(spec.Crosses.Where(cross => IsOn(cross, candidate))
                .Select(cross => ($"{side}:chain", (GoldenField?)null, (GoldenCross?)cross, spec.Field(cross.First).Width)));
        }

        parts.AddRange(spec.Crosses.Where(cross => !IsOn(cross, true) && !IsOn(cross, false))
            .Select(cross => ("spanning", (GoldenField?)null, (GoldenCross?)cross, spec.Field(cross.First).Width)));

        List<InputPart> layout = [];
        int offset = 0;
        foreach (var (group, field, cross, width) in parts)
        {
            layout.Add(new(group, field, cross, offset, width));
            offset += width;
        }

        return layout;

        bool IsOn(GoldenCross cross, bool candidate) =>
            spec.Field(cross.First).Candidate == candidate && spec.Field(cross.Second).Candidate == candidate;
    }
}

/// <summary>Consecutive input columns that come from one field or one cross.</summary>
/// <param name="Group">The group whose product the first layer forms from zero: a chain, a separate field, or the spanning part.</param>
/// <param name="Field">The field, unless the part is a cross.</param>
/// <param name="Cross">The cross, unless the part is a field.</param>
/// <param name="Offset">First column.</param>
/// <param name="Width">Number of columns.</param>
internal sealed record InputPart(string Group, GoldenField? Field, GoldenCross? Cross, int Offset, int Width)
{
    /// <summary>The field's name, or both names of the cross.</summary>
    public string Name => Field?.Name ?? $"{Cross!.First}*{Cross.Second}";
}
