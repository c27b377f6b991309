using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.PeerComparison.Speed.Tasks;

/// <summary>The models that tasks are about.</summary>
internal enum ModelShape
{
    /// <summary>The default model: 11 hashed fields of dim 16, one cross, two towers 512-128-64; 10 fields belong to the request.</summary>
    Article,

    /// <summary>The default model with 5 of its 11 fields in the request.</summary>
    FiveInRequest,

    /// <summary>The same with three separate candidate fields.</summary>
    FiveInRequestThreeSeparate,

    /// <summary>30 fields of 1 M rows, dim 16, no cross.</summary>
    ThirtyLarge,

    /// <summary>30 fields of 50 k rows: the large tables for a quick look.</summary>
    ThirtySmall,

    /// <summary>The default model, one table of 1 M rows.</summary>
    OneMillion,

    /// <summary>The default model, one table of 2 M rows: the grown table for a quick look.</summary>
    TwoMillion,

    /// <summary>The default model, one table of 30 M rows.</summary>
    ThirtyMillion,
}

/// <summary>Which fields of a training task's model are separate.</summary>
internal enum SeparateFields
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those of tables of a few rows.</summary>
    Tiny,

    /// <summary>All.</summary>
    All,
}

/// <summary>Configurations of the shapes.</summary>
internal static class ModelShapes
{
    /// <summary>The three candidate fields that stand for category, shop and brand.</summary>
    public static IReadOnlyList<string> CategoryLike { get; } = ["site_category", "app_id", "app_category"];

    private const int TinyRows = 16;
    private static readonly string[] s_fiveInRequest = ["device_id", "device_ip", "device_type", "device_conn_type", "site_id"];

    /// <summary>The configuration of a shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="separate">Fields that are separate beside the shape's own.</param>
    /// <param name="batch">The largest batch in training.</param>
    public static EsmmConfig Config(ModelShape shape, SeparateFields separate = SeparateFields.None, int batch = 256)
    {
        EsmmConfig article = EsmmConfig.Load(Path.Combine(AppContext.BaseDirectory, "article.json"));
        Schema schema = shape switch
        {
            ModelShape.Article => article.Schema,
            ModelShape.FiveInRequest => WithSides(article.Schema, []),
            ModelShape.FiveInRequestThreeSeparate => WithSides(article.Schema, CategoryLike),
            ModelShape.ThirtyLarge => Thirty(article.Schema, 1_000_000),
            ModelShape.ThirtySmall => Thirty(article.Schema, 50_000),
            ModelShape.OneMillion => WithRows(article.Schema, 1_000_000),
            ModelShape.TwoMillion => WithRows(article.Schema, 2_000_000),
            ModelShape.ThirtyMillion => WithRows(article.Schema, 30_000_000),
            _ => throw new ArgumentOutOfRangeException(nameof(shape)),
        };
        if (separate != SeparateFields.None)
        {
            int most = separate == SeparateFields.All ? int.MaxValue : TinyRows;
            schema = schema with { Fields = [.. schema.Fields.Select(field => field with { Separate = ((HashedField)field).Buckets <= most })] };
        }

        return article with
        {
            Schema = schema,

            // Where hundreds of millions of weights begin does not matter here; uniform ones are drawn sooner.
            Model = article.Model with { EmbeddingInitialiser = schema.Fields.Sum(field => (long)((HashedField)field).Buckets) > 500_000 ? EmbeddingInitialiser.Uniform : EmbeddingInitialiser.TruncatedNormal },
            Training = article.Training with { Batch = batch },
        };
    }

    /// <summary>Multiply-adds of an impression forward, both towers.</summary>
    public static long MultiplyAdds(ModelShape shape)
    {
        EsmmConfig config = Config(shape);
        int inputs = config.Schema.Fields.Sum(field => ((HashedField)field).Dim) + config.Schema.Crosses.Count * 16;
        return Tower(config.Model.CtrTower) + Tower(config.Model.CvrTower);

        long Tower(IReadOnlyList<int> hidden)
        {
            int[] sizes = [inputs, .. hidden, 1];
            return sizes.Zip(sizes.Skip(1), (from, to) => (long)from * to).Sum();
        }
    }

    private static Schema WithSides(Schema schema, IReadOnlyList<string> separate) => schema with
    {
        Fields = [.. schema.Fields.Select(field => field with
        {
            Side = s_fiveInRequest.Contains(field.Name) ? Side.Request : Side.Candidate,
            Separate = separate.Contains(field.Name),
        })],
    };

    private static Schema WithRows(Schema schema, int rows) => schema with
    {
        Fields = [.. schema.Fields.Select(field => field.Name == "adid" ? (HashedField)field with { Buckets = rows } : field)],
    };

    private static Schema Thirty(Schema schema, int rows) => schema with
    {
        Fields = [.. Enumerable.Range(0, 30).Select(i => new HashedField { Name = $"field{i}", Buckets = rows, Side = i < 15 ? Side.Request : Side.Candidate })],
        Crosses = [],
    };
}
