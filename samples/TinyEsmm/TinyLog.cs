namespace EsmmLite.Tiny;

/// <summary>Where a value comes from: known once per request, once per candidate, or a cross of both.</summary>
public enum TinySide
{
    Request,
    Candidate,
    Spanning,
}

/// <summary>A categorical field with an embedding table [rows, dim], or a number (0 rows, dim 1).</summary>
/// <remarks>A separate field's part of the first layer is summed on its own: this changes its rounding, never its meaning.</remarks>
public sealed record TinyField(string Name, TinySide Side, int Rows, int Dim, bool Separate = false);

/// <summary>Columns From ≤ k &lt; To of the input, whose part of the first layer is summed apart from that of the others.</summary>
public sealed record TinyGroup(TinySide Side, int From, int To);

/// <summary>The fields of a log, and the model and training that it gets.</summary>
public sealed class TinyConfig
{
    public TinyConfig(TinyField[] fields, (int First, int Second)[] crosses, int[] ctr, int[] cvr)
    {
        (Fields, Crosses, Ctr, Cvr) = (fields, crosses, ctr, cvr);
        Slot = [.. fields.Select((field, f) => fields.Take(f).Count(earlier => earlier.Rows > 0 == field.Rows > 0))];
        Column = new int[fields.Length + crosses.Length];

        // Request, candidate, spanning; of each first the separate fields, a group each, then other fields and crosses as one group.
        foreach (TinySide side in (TinySide[])[TinySide.Request, TinySide.Candidate, TinySide.Spanning])
        {
            for (int f = 0; f < fields.Length; f++)
            {
                if (fields[f].Side == side && fields[f].Separate)
                {
                    Groups.Add(new TinyGroup(side, Width, Width + fields[f].Dim));
                    Place(f, fields[f].Dim);
                }
            }

            int from = Width;
            for (int f = 0; f < fields.Length; f++)
            {
                if (fields[f].Side == side && !fields[f].Separate)
                {
                    Place(f, fields[f].Dim);
                }
            }

            for (int c = 0; c < crosses.Length; c++)
            {
                (TinyField first, TinyField second) = (fields[crosses[c].First], fields[crosses[c].Second]);
                if ((first.Side == second.Side ? first.Side : TinySide.Spanning) == side)
                {
                    Place(fields.Length + c, first.Dim);
                }
            }

            if (Width > from)
            {
                Groups.Add(new TinyGroup(side, from, Width));
            }
        }
    }

    public TinyField[] Fields { get; }

    /// <summary>Pairs of categorical fields of the same dim.</summary>
    public (int First, int Second)[] Crosses { get; }

    /// <summary>Sizes of the hidden layers of the CTR tower; at least one.</summary>
    public int[] Ctr { get; }

    /// <summary>Sizes of the hidden layers of the CVR tower; at least one.</summary>
    public int[] Cvr { get; }

    /// <summary>Columns of separate categorical fields, whose gradients are summed by row of the table.</summary>
    public bool[] ByRow => field ??= [.. Enumerable.Range(0, Width).Select(k => Enumerable.Range(0, Fields.Length).Any(f => Fields[f] is { Separate: true, Rows: > 0 } && k >= Column[f] && k < Column[f] + Fields[f].Dim))];

    /// <summary>A categorical field's place among the ids of an impression, a number's among its numbers.</summary>
    public int[] Slot { get; }

    /// <summary>Where each field, then each cross, begins in the input.</summary>
    public int[] Column { get; }

    /// <summary>Length of the input.</summary>
    public int Width { get; private set; }

    public List<TinyGroup> Groups { get; } = [];

    public ulong Seed { get; init; } = 1;

    public double LearningRate { get; init; } = 0.01;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.999;

    public double Epsilon { get; init; } = 1e-8;

    public double CtrWeight { get; init; } = 1;

    public double CtcvrWeight { get; init; } = 1;

    private void Place(int part, int dim)
    {
        Column[part] = Width;
        Width += dim;
    }
}

/// <summary>Impressions: ids of the categorical fields (−1 is missing), numbers, and whether a click and a conversion followed.</summary>
public sealed record TinyLog(int[][] Ids, float[][] Numbers, bool[] Click, bool[] Conversion)
{
    public int Rows => Click.Length;

    /// <summary>Impressions from first on, count of them or as many as are left.</summary>
    public TinyLog Slice(int first, int count)
    {
        Range part = first..Math.Min(first + count, Rows);
        return new TinyLog(Ids[part], Numbers[part], Click[part], Conversion[part]);
    }

    /// <summary>The sample's model: one separate field and one number on the candidate's side, one separate field on the request's.</summary>
    public static TinyConfig SampleConfig() => new(
        [
            new TinyField("item", TinySide.Candidate, 60, 6, Separate: true),
            new TinyField("hour", TinySide.Request, 24, 3),
            new TinyField("price", TinySide.Candidate, 0, 1),
            new TinyField("user", TinySide.Request, 40, 6, Separate: true),
            new TinyField("shop", TinySide.Candidate, 12, 5),
        ],
        crosses: [(3, 0)],
        ctr: [19, 7],
        cvr: [13]);

    /// <summary>A log that follows a known law: every id has a taste for clicks and one for conversions, and one id in 20 is missing.</summary>
    public static TinyLog Sample(TinyConfig config, int rows, ulong seed)
    {
        var random = new TinyRandom(seed, 0);
        TinyField[] categorical = [.. config.Fields.Where(field => field.Rows > 0)];
        int numbers = config.Fields.Length - categorical.Length;
        double[][] clickTaste = [.. categorical.Select(field => Tastes(field.Rows, random))];
        double[][] conversionTaste = [.. categorical.Select(field => Tastes(field.Rows, random))];
        TinyLog log = new(new int[rows][], new float[rows][], new bool[rows], new bool[rows]);
        for (int r = 0; r < rows; r++)
        {
            (double a, double b) = (-0.5, -0.5);
            log.Ids[r] = new int[categorical.Length];
            for (int f = 0; f < categorical.Length; f++)
            {
                float draw = random.NextSingle();
                int id = (int)(draw * draw * categorical[f].Rows); // low ids are frequent
                log.Ids[r][f] = id = random.NextSingle() < 0.05f ? -1 : id;
                a += id < 0 ? 0 : clickTaste[f][id];
                b += id < 0 ? 0 : conversionTaste[f][id];
            }

            log.Numbers[r] = new float[numbers];
            for (int i = 0; i < numbers; i++)
            {
                log.Numbers[r][i] = 2f * random.NextSingle() - 1f;
                a -= 0.5 * log.Numbers[r][i];
                b -= log.Numbers[r][i];
            }

            log.Click[r] = random.NextSingle() < TinyHead.Sigmoid(a);
            log.Conversion[r] = log.Click[r] && random.NextSingle() < TinyHead.Sigmoid(b);
        }

        return log;
    }

    private static double[] Tastes(int rows, TinyRandom random) => [.. Enumerable.Range(0, rows).Select(_ => 3.0 * random.NextSingle() - 1.5)];
}
