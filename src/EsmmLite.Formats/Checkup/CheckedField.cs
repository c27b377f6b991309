using EsmmLite.Features;

namespace EsmmLite.Formats.Checkup;

/// <summary>A field of new data, held against the data that the model was trained on.</summary>
public sealed record CheckedField
{
    /// <summary>The field.</summary>
    public required Field Field { get; init; }

    /// <summary>What its values looked like in training; null where the model file doesn't say.</summary>
    public required FieldProfile? Then { get; init; }

    /// <summary>What they look like now.</summary>
    public required FieldProfile Now { get; init; }

    /// <summary>Rows of the embedding table; 0 for a plain number.</summary>
    public required int TableRows { get; init; }

    /// <summary>Rows whose value encoding refuses: a service would fail on them.</summary>
    public required long Refused { get; init; }

    /// <summary>Why the first of them is refused; null where there is none.</summary>
    public required string? Refusal { get; init; }

    /// <summary>How the values are probably encoded differently; null where nothing was found.</summary>
    public required EncodingGuess? Guess { get; init; }

    /// <summary>How the field gives a label away, in words; null where it doesn't, or the log has no labels.</summary>
    public required string? Leak { get; init; }

    /// <summary>How many rows make one independent observation of the values, because rows of one request repeat them or are alike; at least 1.</summary>
    public double RowsAlike { get; init; } = 1;

    /// <summary>The same of whether there is a value.</summary>
    public double MissingRowsAlike { get; init; } = 1;

    /// <summary>Independent observations among the present values.</summary>
    public double Observations => (Now.Count - Now.Missing) / RowsAlike;

    /// <summary>Independent observations of whether there is a value.</summary>
    public double MissingObservations => Now.Count / MissingRowsAlike;

    /// <summary>Rows looked at, refused ones included.</summary>
    public long Rows => Now.Count + Refused;

    /// <summary>The share of rows whose value is refused.</summary>
    public double RefusedShare => Rows == 0 ? 0 : Refused / (double)Rows;

    /// <summary>The share of present values that training never saw; null where that can't be told.</summary>
    public double? Unseen => Then?.UnseenShare(Now);

    /// <summary>The shift among values that training saw; null where that can't be told.</summary>
    public double? Drift => Then?.Drift(Now, RowsAlike);

    /// <summary>By how much the share of one value has grown, that of the commonest one now; null where that can't be told, and for numbers unless all are the same.</summary>
    public double? Concentration => Then?.Concentration(Now);

    /// <summary>The probability that as many observations are all the same value, with its share in training; 1 where they aren't, or it can't be told.</summary>
    public double ChanceOfConstant => Now.IsConstant && Concentration is { } grown ? Math.Pow(1 - grown, Observations) : 1;

    /// <summary>The unseen share that is to be expected of values like those of training; null where that can't be told.</summary>
    public double? ExpectedUnseen => Then?.ExpectedUnseen(RowsAlike);

    /// <summary>
    /// The share of training's distinct values that are expected to share their bucket with another: 1 − (1 − 1/buckets)^(values − 1).
    /// Null where values have rows of their own.
    /// </summary>
    public double? Colliding => Field is HashedField && Then?.Distinct is { } values ? 1 - Math.Pow(1 - (1.0 / TableRows), Math.Max(values - 1, 0)) : null;
}
