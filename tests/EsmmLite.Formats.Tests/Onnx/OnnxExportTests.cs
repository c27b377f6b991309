using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Onnx;
using EsmmLite.Formats.Onnx.Proto;
using EsmmLite.Model;
using EsmmLite.Scoring;

namespace EsmmLite.Formats.Tests.Onnx;

public sealed class OnnxExportTests : IDisposable
{
    private const int Rows = 40;

    private readonly TestFolder _folder = new();
    private readonly string _path;

    public OnnxExportTests() => _path = Path.Combine(_folder.Path, "model.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheGraphScoresAsTheScorerDoes()
    {
        int logistic = 0, crossed = 0, separate = 0, numbers = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            EsmmModel model = RandomModels.Create(seed);
            RequireSameScores(model, RandomModels.Batch(model.Space, Rows, seed));
            logistic += model.Options.CtrTower.Count == 0 ? 1 : 0;
            crossed += model.Space.Schema.Crosses.Count > 1 ? 1 : 0;
            separate += model.Space.Schema.Fields.Any(f => f.Separate) ? 1 : 0;
            numbers += model.Space.NumberSlots > 0 ? 1 : 0;
        }

        Assert.All([logistic, crossed, separate, numbers], cases => Assert.InRange(cases, 5, 60));
    }

    [Fact]
    public void PrivateFieldsSharedTablesAndCrossesOfValuesScoreAsTheScorerDoes()
    {
        HashedField item = new() { Name = "item", Buckets = 20, Dim = 4 };
        Schema schema = new()
        {
            Fields =
            [
                item with { Name = "last", Shares = "item", Side = Side.Request, Tasks = ["cvr"] }, item, new CrossedField { Name = "x", Of = ["user", "item"], Buckets = 15, Dim = 3 },
                new HashedField { Name = "user", Buckets = 9, Dim = 4, Side = Side.Request, Tasks = ["ctr"] }, new NumericField { Name = "n", Standardise = false, Tasks = ["cvr"] },
            ],
            Crosses = [new("user", "item"), new("last", "item")],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        };
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(schema), new ModelOptions { CtrTower = [16], CvrTower = [8, 4] });
        RandomModels.SetBiases(model, 1);
        RequireSameScores(model, RandomModels.Batch(model.Space, Rows, 1));
    }

    [Fact]
    public void AListIsRefusedByName()
    {
        Schema schema = TestFolder.Numbers() with { Fields = [new HashedField { Name = "tags", Buckets = 9, List = new ListOptions() }, new HashedField { Name = "user", Buckets = 9 }] };
        EsmmModel model = EsmmModel.Create(FeatureSpace.FromSchema(schema), new ModelOptions { CtrTower = [4], CvrTower = [4] });
        EsmmException fault = Assert.Throws<EsmmException>(() => OnnxExport.Save(model, _path));
        Assert.Equal((EsmmErrorKind.Usage, "field 'tags'"), (fault.Kind, fault.Where));
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void LearnedFieldsAndMissingTextsScoreAsTheScorerDoes()
    {
        Schema schema = new()
        {
            Fields =
            [
                new NumericField { Name = "price", Log = true, MissingIndicator = true },
                new VocabularyField { Name = "brand", Dim = 4, Missing = MissingRule.Zero },
                new HashedField { Name = "user", Buckets = 20, Dim = 4, Side = Side.Request },
                new NumericField { Name = "age", Buckets = 5, Dim = 4, Side = Side.Request },
            ],
            Crosses = [new("user", "brand"), new("age", "brand")],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        };
        string[] lines = [.. Enumerable.Range(0, 100).Select(i => $"{(i % 7 == 0 ? "" : i)},{(i % 5 == 0 ? "" : "b" + (i % 11))},{(i % 9 == 0 ? "" : "u" + (i % 30))},{(i % 8 == 0 ? "" : i % 60)},{i % 2},0")];
        using DelimitedLog log = _folder.Log("price,brand,user,age,click,conversion\n" + string.Join('\n', lines));
        EsmmModel model = EsmmModel.Create(LogSurvey.Run(log, schema).Space, new ModelOptions { CtrTower = [16], CvrTower = [8, 4] });
        RandomModels.SetBiases(model, 1);
        ImpressionBatch batch = model.Space.CreateBatch(lines.Length);
        batch.Count = lines.Length;
        using EncodedRows rows = new(log, model.Space);
        for (int r = 0; r < lines.Length; r++)
        {
            Assert.True(rows.Read());
            rows.Encode(batch, r);
        }

        RequireSameScores(model, batch);
    }

    [Fact]
    public void FieldsThatAreFixedWhenServingAreConstants()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            // Every second field is fixed; the first one stays, for there must be an input. A weight of the log is none.
            Schema schema = RandomModels.Create(seed).Space.Schema;
            Field[] fields = [.. schema.Fields.Select((field, f) => f % 2 == 0 ? field : field with { FixedAtServing = f % 4 == 1 ? "3" : "" }), new NumericField { Name = "weight", Standardise = false, Input = false }];
            EsmmModel model = RandomModels.Create(fields, [.. schema.Crosses], [5], [7, 3], seed);
            FeatureSpace serving = model.Space.Serving;
            ImpressionBatch batch = RandomModels.Batch(serving, Rows, seed);
            for (int f = 0; f < fields.Length; f++)
            {
                for (int row = 0; serving.IsFixed(f) && row < Rows; row++)
                {
                    serving.EncodeMissing(f, batch, row);
                }
            }

            OnnxSignature signature = RequireSameScores(model, batch);
            Assert.Equal(fields.Where(field => field.FixedAtServing is null).Select(field => field.Name), signature.Inputs.Where(input => !input.Name.EndsWith(".missing", StringComparison.Ordinal)).Select(input => input.Name));
        }
    }

    [Fact]
    public void TheFileSaysWhatItIs()
    {
        EsmmModel created = RandomModels.Create([new HashedField { Name = "item", Buckets = 9, Dim = 4 }, new NumericField { Name = "price", Standardise = false }], [], [8], [], 3);
        string file = Path.Combine(_folder.Path, "model.safetensors");
        string digest = created.Save(file);
        OnnxExport.Save(EsmmModel.Load(file), _path);
        ModelProto model = Read();
        Assert.Equal(("EsmmLite", 8L), (model.ProducerName, model.IrVersion));
        Assert.Matches(@"^\d+\.\d+\.\d+$", model.ProducerVersion);
        OperatorSetIdProto opset = Assert.Single(model.OpsetImport);
        Assert.Equal(("", 17L), (opset.Domain, opset.Version));
        Assert.Equal([("model_digest", digest), ("weights_digest", created.WeightsDigest())], model.MetadataProps.Select(p => (p.Key, p.Value)));
        Assert.Equal([("item", 7, "batch"), ("price", 1, "batch")], model.Graph.Input.Select(Shape));
        Assert.Equal([("pctr", 1, "batch"), ("pcvr", 1, "batch"), ("pctcvr", 1, "batch")], model.Graph.Output.Select(Shape));
        TensorProto table = model.Graph.Initializer.Single(t => t.Name == "emb.item.weight");
        Assert.Equal([10L, 4L], table.Dims);
        Assert.All(table.RawData.Span[^16..].ToArray(), b => Assert.Equal(0, b));
        Assert.NotEqual("", model.DocString);
        byte[] first = File.ReadAllBytes(_path);
        OnnxExport.Save(EsmmModel.Load(file), _path);
        Assert.Equal(first, File.ReadAllBytes(_path));
    }

    [Fact]
    public void NamesNeverMeet()
    {
        Field[] fields =
        [
            new NumericField { Name = "price", Standardise = false, MissingIndicator = true }, new HashedField { Name = "price.missing", Buckets = 5, Dim = 3 },
            new HashedField { Name = "pctr", Buckets = 5, Dim = 3 }, new HashedField { Name = "input", Buckets = 5, Dim = 3 }, new HashedField { Name = "axes", Buckets = 5, Dim = 3 },
            new HashedField { Name = "input.embedding", Buckets = 5, Dim = 3 }, new HashedField { Name = "ctr.dense0", Buckets = 5, Dim = 3 },
        ];
        EsmmModel model = RandomModels.Create(fields, [new("pctr", "input")], [4], [4], 1);
        RequireSameScores(model, RandomModels.Batch(model.Space, Rows, 1));
        Assert.Equal(["price", "price.missing_", "price.missing", "pctr_", "input", "axes", "input.embedding", "ctr.dense0"], Read().Graph.Input.Select(i => i.Name));
    }

    [Fact]
    public void AModelThatIsTooLargeIsRefusedBeforeAnythingIsWritten()
    {
        EsmmModel model = RandomModels.Create(5);
        OnnxExport.Save(model, _path);
        byte[] earlier = File.ReadAllBytes(_path);
        EsmmException fault = Assert.Throws<EsmmException>(() => OnnxExport.Save(model, _path, earlier.Length - 1));
        Assert.Equal(EsmmErrorKind.Usage, fault.Kind);
        Assert.Contains("protobuf", fault.Message, StringComparison.Ordinal);
        Assert.Equal(earlier, File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(_folder.Path));
        OnnxExport.Save(model, _path, earlier.Length + (16 * model.Towers.Tensors.Count) + (16 * model.Bottom.Tables.Count));
    }

    [Fact]
    public void AFolderThatIsNotThereIsTold()
    {
        EsmmException fault = Assert.Throws<EsmmException>(() => OnnxExport.Save(RandomModels.Create(1), Path.Combine(_folder.Path, "none", "model.onnx")));
        Assert.Contains("does not exist", fault.Message, StringComparison.Ordinal);
    }

    private static (string Name, int Type, string Dimension) Shape(ValueInfoProto value) => (value.Name, value.Type.TensorType.ElemType, Assert.Single(value.Type.TensorType.Shape.Dim).DimParam);

    private ModelProto Read() => ModelProto.Parser.ParseFrom(File.ReadAllBytes(_path));

    private OnnxSignature RequireSameScores(EsmmModel model, ImpressionBatch batch)
    {
        OnnxSignature signature = OnnxExport.Save(model, _path);
        Dictionary<string, double[]> actual = GraphEvaluator.Run(Read(), signature, batch);
        EsmmScorer scorer = new(model);
        Prediction[] expected = new Prediction[batch.Count];
        scorer.Score(batch, scorer.CreateWorkspace(), expected);
        for (int r = 0; r < batch.Count; r++)
        {
            Assert.Equal(expected[r].PCtr, actual["pctr"][r], 1e-6);
            Assert.Equal(expected[r].PCvr, actual["pcvr"][r], 1e-6);
            Assert.Equal(expected[r].PCtcvr, actual["pctcvr"][r], 1e-6);
        }

        return signature;
    }
}
