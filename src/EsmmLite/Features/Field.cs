namespace EsmmLite.Features;

/// <summary>An input column of the log and how it becomes input of the network.</summary>
public abstract record Field
{
    /// <summary>The field's name: unique in the schema, and the name of its embedding table.</summary>
    public required string Name { get; init; }

    /// <summary>The column of the log; the field's name unless set.</summary>
    public string Column { get => field ?? Name; init; }

    /// <summary>Whether the value is known once per request (user, context) or once per candidate (item).</summary>
    public Side Side { get; init; } = Side.Candidate;

    /// <summary>
    /// Whether the first layer forms this field's product on its own (numerics.md, section 1). Fixed when the model is created:
    /// it changes the rounding of a score, never its meaning.
    /// </summary>
    public bool Separate { get; init; }

    /// <summary>
    /// The value that every impression has when it is scored, as its text in a log, for a field that is known only afterwards, such as
    /// the position on the page; null for a field that is known in time. Training uses the logged values.
    /// </summary>
    /// <remarks>A number that is no input has one without being asked: scoring doesn't read it.</remarks>
    public string? FixedAtServing { get => field ?? (IsInput ? null : "0"); init; }

    /// <summary>Whether the network reads the field at all.</summary>
    internal bool IsInput => this is not NumericField { Input: false };

    /// <summary>The towers that read the field, such as <c>["ctr"]</c>; null for all. A tower that does not read it sends it no gradient.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary>The field whose embedding table this one uses; null for a table of its own. Both are of one kind and one shape.</summary>
    public string? Shares { get; init; }

    /// <summary>How a field of several values is read and pooled; null for one value an impression. Numbers have no lists.</summary>
    public ListOptions? List { get; init; }
}

/// <summary>A field of a config that could not be read: it only keeps the places of the others.</summary>
internal sealed record UnreadField : Field;

/// <summary>Where a field's value comes from.</summary>
public enum Side
{
    /// <summary>Known once per request: user and context.</summary>
    Request,

    /// <summary>Known once per candidate: the item.</summary>
    Candidate,
}

/// <summary>What a missing value of a categorical field means.</summary>
public enum MissingRule
{
    /// <summary>A missing value contributes a zero vector and receives no gradient (TensorFlow's rule for an empty string).</summary>
    Zero,

    /// <summary>The empty string is a value like any other: it is hashed, or counted into the vocabulary.</summary>
    Value,
}

/// <summary>A string or integer hashed with FarmHash64 modulo a number of buckets, as TensorFlow does.</summary>
public sealed record HashedField : Field
{
    /// <summary>Number of hash buckets, and of rows in the embedding table.</summary>
    public required int Buckets { get; init; }

    /// <summary>Length of an embedding vector.</summary>
    public int Dim { get; init; } = 16;

    /// <summary>
    /// Whether values are integers: the hash is then taken of the canonical decimal text, so that "007", "7" and "7.0" meet,
    /// as TensorFlow's integer columns do.
    /// </summary>
    public bool Integer { get; init; }

    /// <summary>What a missing value means; TensorFlow's zero vector unless set.</summary>
    public MissingRule Missing { get; init; } = MissingRule.Zero;

    /// <summary>How often a bucket must occur in the training data to get a row of its own; above 1, row 0 stands for the buckets that don't.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>How long before the newest impression a bucket may have occurred last; null for no limit. Older ones are row 0.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether buckets are admitted to the table, and not simply its rows.</summary>
    internal bool IsAdmitting => MinCount > 1 || MaxAge is not null;
}

/// <summary>A string whose values are learned from the training data; row 0 of the table is out of vocabulary, and is trained.</summary>
public sealed record VocabularyField : Field
{
    /// <summary>Length of an embedding vector.</summary>
    public int Dim { get; init; } = 16;

    /// <summary>How often a value must occur in the training data to get a row of its own.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>How long before the newest impression a value may have occurred last; null for no limit. Older ones have no row of their own.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The most entries kept (the most frequent ones); no limit when null.</summary>
    public int? MaxEntries { get; init; }

    /// <summary>Whether values are integers, compared by their canonical decimal text.</summary>
    public bool Integer { get; init; }

    /// <summary>What a missing value means; a value like any other unless set.</summary>
    public MissingRule Missing { get; init; } = MissingRule.Value;
}

/// <summary>
/// The cross of other fields' raw values: their fingerprints together choose a hash bucket, as TensorFlow's <c>crossed_column</c> does. It reads no
/// column of the log. Where one of the values is missing, it is a zero vector.
/// </summary>
public sealed record CrossedField : Field
{
    /// <summary>The fields whose values are crossed, two or more, in this order: hashed or vocabulary fields of one value.</summary>
    public required IReadOnlyList<string> Of { get; init; }

    /// <summary>Number of hash buckets, and of rows in the embedding table.</summary>
    public required int Buckets { get; init; }

    /// <summary>Length of an embedding vector.</summary>
    public int Dim { get; init; } = 16;

    /// <summary>What the chain of fingerprints begins with; TensorFlow's default unless set.</summary>
    public ulong HashKey { get; init; } = FarmHash64.DefaultCrossKey;
}

/// <summary>
/// A number. Without <see cref="Buckets"/> it enters the network as one input (two with <see cref="MissingIndicator"/>):
/// clip, then log, then standardise; a missing value is 0 after that, which is the mean when standardised.
/// With <see cref="Buckets"/> it is cut at quantiles of the training data, each bucket has an embedding row, and row 0 stands for missing.
/// </summary>
public sealed record NumericField : Field
{
    /// <summary>Values below are raised to this, before anything else.</summary>
    public double? ClipLow { get; init; }

    /// <summary>Values above are lowered to this, before anything else.</summary>
    public double? ClipHigh { get; init; }

    /// <summary>Replace x by sign(x) · ln(1 + |x|).</summary>
    public bool Log { get; init; }

    /// <summary>Subtract the mean and divide by the standard deviation of the training data.</summary>
    public bool Standardise { get; init; } = true;

    /// <summary>Add an input that is 1 where the value is missing and 0 where it is not.</summary>
    public bool MissingIndicator { get; init; }

    /// <summary>
    /// Whether it is an input of the network. If not, training alone reads it, as the weight of the impression in a loss, and scoring does without: it is not
    /// standardised, and has no buckets. A missing value is 0, which leaves the impression out of the loss.
    /// </summary>
    public bool Input { get; init; } = true;

    /// <summary>Number of quantile buckets, each with an embedding row; null for a plain input.</summary>
    public int? Buckets { get; init; }

    /// <summary>Length of an embedding vector, with <see cref="Buckets"/>.</summary>
    public int Dim { get; init; } = 8;
}
