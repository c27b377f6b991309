using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;

namespace EsmmLite.Tests.Model;

/// <summary>Small schemas, models with random weights and random batches for tests of the whole engine.</summary>
internal static class SmallModels
{
    /// <summary>One schema for each way the parts of the first layer can be filled or empty.</summary>
    internal static readonly string[] Shapes = ["plain", "separate", "requestCross", "candidateCross", "spanningCross", "allCrosses", "noRequest", "noCandidate", "logistic", "unequal", "sharedSpanning", "allSeparate", "private", "privateSeparate", "onlyPrivate", "sharedTables", "lists", "sequences", "din", "dinNormalised", "crossed"];

    internal static TheoryData<string> AllShapes => [.. Shapes];

    internal static EsmmModel Create(string shape, ulong seed = 7)
    {
        HashedField r0 = Hashed("r0", 40, 8, Side.Request), r1 = Hashed("r1", 13, 8, Side.Request), r2 = Hashed("r2", 5, 3, Side.Request);
        Field c0 = Hashed("c0", 60, 8, Side.Candidate), c1 = Hashed("c1", 9, 8, Side.Candidate), c2 = Hashed("c2", 4, 5, Side.Candidate);
        Field rn = Number("rn", Side.Request), cn = Number("cn", Side.Candidate, indicator: true);
        int[] ctr = [24, 10], cvr = [24, 10];
        Field[] fields = [r0, c0, r1, cn, c1, rn, r2, c2];
        Cross[] crosses = [];
        Sequence[] sequences = [];
        AttentionOptions attention = new();
        switch (shape)
        {
            case "separate":
                fields = [r0 with { Separate = true }, c0 with { Separate = true }, r1, cn with { Separate = true }, c1, rn with { Separate = true }, r2 with { Separate = true }, c2];
                crosses = [new("r0", "c0"), new("r0", "r1"), new("c0", "c1")];
                break;
            case "allSeparate":
                // More than 256 outputs in one tower, none but the logit in the other; a table of one row.
                (ctr, cvr) = ([290, 7], []);
                fields = [.. fields.Select(f => f == r2 ? r2 with { Buckets = 1, Separate = true } : f with { Separate = true })];
                crosses = [new("r0", "c0"), new("r0", "r1"), new("c1", "c0"), new("c1", "r1")];
                break;
            case "requestCross":
                crosses = [new("r0", "r1")];
                break;
            case "candidateCross":
                crosses = [new("c0", "c1")];
                break;
            case "spanningCross":
                crosses = [new("r0", "c0")];
                break;
            case "allCrosses":
                crosses = [new("r0", "c0"), new("r0", "r1"), new("c1", "c0"), new("c1", "r1")];
                break;
            case "noRequest":
                fields = [c0, cn, c1, c2];
                crosses = [new("c0", "c1")];
                break;
            case "noCandidate":
                fields = [r0, rn, r1, r2];
                crosses = [new("r0", "r1")];
                break;
            case "logistic":
                (ctr, cvr) = ([], []);
                crosses = [new("r0", "c0")];
                break;
            case "unequal":
                (ctr, cvr) = ([], [33, 17, 9, 5]);
                crosses = [new("r0", "c0"), new("r0", "r1")];
                break;
            case "sharedSpanning":
                // One request field in two spanning crosses, one of them written the other way round; a wide tower of several panels.
                (ctr, cvr) = ([70, 33], [48]);
                crosses = [new("r0", "c0"), new("c1", "r0")];
                break;
            case "private":
                (ctr, cvr) = ([24, 10], [33, 17]);
                fields = [r0 with { Tasks = ["ctr"] }, c0 with { Tasks = ["cvr"] }, r1, cn with { Tasks = ["ctr"] }, c1, rn with { Tasks = ["cvr", "ctr"] }, r2 with { Tasks = ["cvr"] }, c2];
                crosses = [new("r0", "r1"), new("c0", "c1"), new("r0", "c1"), new("r1", "c0"), new("c1", "r1")];
                break;
            case "privateSeparate":
                fields = [r0 with { Tasks = ["ctr"] }, c0 with { Tasks = ["cvr"] }, r1 with { Separate = true }, cn with { Separate = true }, c1, rn, r2 with { Tasks = ["ctr"] }, c2 with { Separate = true }];
                crosses = [new("r0", "r1"), new("r1", "c1"), new("c0", "r1")];
                break;
            case "onlyPrivate":
                // The request is read by one tower alone, the candidate by the other.
                fields = [r0 with { Tasks = ["ctr"] }, c0 with { Tasks = ["cvr"] }, rn with { Tasks = ["ctr"] }, c2 with { Tasks = ["cvr"] }];
                break;
            case "lists":
                // Both sides; every pooling, with and without weights; one list shares the table of a single value, one is private.
                fields =
                [
                    r0, c0, r1 with { List = new ListOptions { Pooling = Pooling.Mean, MaxValues = 5 } }, rn, c0 with { Name = "history", Side = Side.Request, Shares = "c0", List = new ListOptions { MaxValues = 9, Keep = ListEnd.Last } },
                    Hashed("tags", 30, 6) with { List = new ListOptions { Pooling = Pooling.Sum, WeightSeparator = ":", MaxValues = 4 } }, Hashed("shops", 30, 3) with { List = new ListOptions { Pooling = Pooling.SquareRoot, WeightSeparator = ":", MaxValues = 6 } },
                    Hashed("words", 8, 5) with { List = new ListOptions { Pooling = Pooling.SquareRoot, MaxValues = 3 }, Tasks = ["cvr"] }, c1,
                ];
                crosses = [new("r0", "c0")];
                break;
            case "sequences" or "din" or "dinNormalised":
                // Items and categories of a user's last actions, with the candidate's tables; one sequence on the candidate's side, one of one tower.
                ListOptions six = new() { MaxValues = 6, Keep = ListEnd.Last }, three = new() { MaxValues = 3 };
                fields =
                [
                    r0, c0, c1, c0 with { Name = "items", Side = Side.Request, Shares = "c0", List = six }, rn, c1 with { Name = "kinds", Side = Side.Request, Shares = "c1", List = six },
                    c0 with { Name = "similar", Shares = "c0", List = three }, r2, Hashed("seen", 20, 3, Side.Request) with { Tasks = ["cvr"], List = three }, Hashed("shop", 20, 3),
                ];
                crosses = [new("r0", "c0"), new("c0", "c1")];
                sequences =
                [
                    new Sequence { Name = "history", Actions = ["items", "kinds"], Candidate = ["c0", "c1"] },
                    new Sequence { Name = "like", Actions = ["similar"], Candidate = ["c0"] },
                    new Sequence { Name = "shops", Actions = ["seen"], Candidate = ["shop"] },
                ];
                attention = shape switch
                {
                    "din" => new AttentionOptions { Kind = AttentionKind.Din, Hidden = [9, 5] },
                    "dinNormalised" => new AttentionOptions { Kind = AttentionKind.Din, Hidden = [35], Activation = Activation.Gelu, Normalise = true },
                    _ => attention,
                };
                break;
            case "crossed":
                // Crosses of raw values of either side and of both, one of three fields, one of one tower.
                fields =
                [
                    new CrossedField { Name = "rc", Of = ["r0", "c0"], Buckets = 70, Dim = 4 }, r0, c0, new CrossedField { Name = "rr", Of = ["r1", "r0"], Buckets = 9, Dim = 3 }, rn, r1, c1,
                    new CrossedField { Name = "ccc", Of = ["c1", "c0", "c2"], Buckets = 50, Dim = 5 }, c2, new CrossedField { Name = "cr", Of = ["c1", "r1"], Buckets = 30, Dim = 4, Tasks = ["cvr"], HashKey = 5 },
                ];
                crosses = [new("r0", "c0"), new("rc", "cr")];
                break;
            case "sharedTables":
                fields = [r0, c0, r1, c0 with { Name = "c3", Shares = "c0" }, c1, c0 with { Name = "r3", Shares = "c0", Side = Side.Request }, r2 with { Name = "r4", Shares = "r2", Tasks = ["ctr"] }, r2];
                crosses = [new("c3", "r0"), new("r3", "c1"), new("r3", "c0")];
                break;
        }

        return Create(new ModelOptions { CtrTower = ctr, CvrTower = cvr, Attention = attention, Seed = seed }, Schema(fields, crosses) with { Sequences = sequences });
    }

    internal static EsmmModel Create(ModelOptions options, Field[] fields, params Cross[] crosses) => Create(options, Schema(fields, crosses));

    internal static EsmmModel Create(ModelOptions options, Schema schema)
    {
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(schema), options);

        // Biases begin at 0; a test of them wants other values.
        SplitMix random = new(options.Seed + 100);
        foreach (var bias in model.Towers.Tensors.Where(t => !t.IsKernel))
        {
            for (int i = 0; i < bias.Count; i++)
            {
                model.Towers.Parameters[bias.IndexOf(i)] = random.NextSingle() - 0.5f;
            }
        }

        return model;
    }

    internal static Schema Schema(Field[] fields, params Cross[] crosses) => new()
    {
        Fields = fields,
        Crosses = crosses,
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
    };

    internal static HashedField Hashed(string name, int rows, int dim, Side side = Side.Candidate) => new() { Name = name, Buckets = rows, Dim = dim, Side = side };

    internal static NumericField Number(string name, Side side = Side.Candidate, bool indicator = false) => new() { Name = name, Standardise = false, Side = side, MissingIndicator = indicator };

    /// <summary>Random ids, a tenth of them missing, numbers and labels.</summary>
    internal static ImpressionBatch Batch(FeatureSpace space, int rows, ulong seed, int mostRows = int.MaxValue)
    {
        ImpressionBatch batch = space.CreateBatch(rows);
        batch.Count = rows;
        SplitMix random = new(seed);
        for (int r = 0; r < rows; r++)
        {
            for (int f = 0; f < space.Encoders.Count; f++)
            {
                int slot = space.SlotOf(f);
                if (space.Encoders[f].Dim > 0)
                {
                    bool missing = random.NextBelow(10) == 0;
                    int id = (int)random.NextBelow((uint)Math.Min(mostRows, space.Encoders[f].Rows));
                    batch.Ids(slot)[r] = missing ? ImpressionBatch.MissingId : id;
                    FillList(space, f, batch, r, missing, mostRows, ref random);
                    continue;
                }

                for (int k = 0; k < space.Encoders[f].NumberWidth; k++)
                {
                    batch.Numbers(slot + k)[r] = (2 * random.NextSingle()) - 1;
                }
            }

            bool click = random.NextBelow(3) == 0;
            batch.Labels(0)[r] = click ? (byte)1 : (byte)0;
            batch.Labels(1)[r] = click && random.NextBelow(3) == 0 ? (byte)1 : (byte)0;
        }

        return batch;
    }

    /// <summary>Further values of a list: as many as it has room for, or fewer, some of them missing; weights, some of them 0.</summary>
    private static void FillList(FeatureSpace space, int field, ImpressionBatch batch, int row, bool empty, int mostRows, ref SplitMix random)
    {
        if (space.Schema.Fields[field].List is not { } list)
        {
            return;
        }

        uint length = empty ? 0 : random.NextBelow((uint)list.MaxValues) + 1;
        for (int k = 0; k < list.MaxValues; k++)
        {
            int id = (int)random.NextBelow((uint)Math.Min(mostRows, space.Encoders[field].Rows));
            batch.Ids(space.SlotOf(field) + k)[row] = k >= length || random.NextBelow(6) == 0 ? ImpressionBatch.MissingId : id;
            if (space.WeightSlotOf(field) is >= 0 and var slot)
            {
                batch.Numbers(slot + k)[row] = k >= length || random.NextBelow(6) == 0 ? 0 : 3 * random.NextSingle();
            }
        }
    }
}
