using System.Runtime.CompilerServices;
using System.Text.Json;
using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Golden;

/// <summary>A golden file: a small ESMM computed by libtorch in float64, and ten steps of three forms of Adam.</summary>
internal sealed class GoldenFile
{
    private readonly JsonElement _root;

    private GoldenFile(JsonElement root) => _root = root;

    internal JsonElement this[string name] => _root.GetProperty(name);

    internal int Rows => this["batch"].GetProperty("rows").GetInt32();

    internal TrainingOptions Options
    {
        get
        {
            JsonElement t = this["training"], w = this["schema"].GetProperty("taskWeights");
            return new TrainingOptions
            {
                LearningRate = t.GetProperty("learningRate").GetDouble(),
                Beta1 = t.GetProperty("beta1").GetDouble(),
                Beta2 = t.GetProperty("beta2").GetDouble(),
                Epsilon = t.GetProperty("epsilon").GetDouble(),
                Batch = Rows,
                CtrWeight = w.GetProperty("ctr").GetDouble(),
                CtcvrWeight = w.GetProperty("ctcvr").GetDouble(),
            };
        }
    }

    internal (int Start, int End)[] Steps => [.. this["training"].GetProperty("steps").EnumerateArray().Select(s => (s[0].GetInt32(), s[1].GetInt32()))];

    internal static GoldenFile Read(string name, [CallerFilePath] string here = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "golden", name + ".json");
        return new GoldenFile(JsonDocument.Parse(File.ReadAllBytes(path)).RootElement);
    }

    internal static double[] Values(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    internal double[] Forward(string name) => Values(this["forward"].GetProperty(name));

    internal Dictionary<string, double[]> Tensors(params string[] path)
    {
        JsonElement at = path.Aggregate(_root, (e, key) => e.GetProperty(key));
        return at.EnumerateObject().ToDictionary(p => p.Name, p => Values(p.Value.GetProperty("values")));
    }

    /// <summary>The model of the file with the file's initial weights.</summary>
    internal EsmmModel CreateModel()
    {
        JsonElement schema = this["schema"];
        List<Field> fields = [];
        foreach (JsonElement f in schema.GetProperty("fields").EnumerateArray())
        {
            string name = f.GetProperty("name").GetString()!;
            Side side = f.GetProperty("side").GetString() == "request" ? Side.Request : Side.Candidate;
            bool separate = f.GetProperty("separate").GetBoolean();
            fields.Add(f.GetProperty("kind").GetString() == "hashed"
                ? new HashedField { Name = name, Buckets = f.GetProperty("rows").GetInt32(), Dim = f.GetProperty("dim").GetInt32(), Side = side, Separate = separate }
                : new NumericField { Name = name, Standardise = false, Side = side, Separate = separate });
        }

        FeatureSpace space = FeatureSpace.FromSchema(new Schema
        {
            Fields = fields,
            Crosses = [.. schema.GetProperty("crosses").EnumerateArray().Select(c => new Cross(c.GetProperty("first").GetString()!, c.GetProperty("second").GetString()!))],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        });
        JsonElement towers = schema.GetProperty("towers");
        EsmmModel model = EsmmModel.Create(space, new ModelOptions { CtrTower = Sizes(towers.GetProperty("ctr")), CvrTower = Sizes(towers.GetProperty("cvr")) });
        SetWeights(model, Tensors("initial"));
        return model;
    }

    /// <summary>Some rows of the file's batch.</summary>
    internal ImpressionBatch Batch(FeatureSpace space, int start, int end)
    {
        JsonElement b = this["batch"];
        ImpressionBatch batch = space.CreateBatch(end - start);
        batch.Count = end - start;
        for (int r = start; r < end; r++)
        {
            for (int s = 0; s < batch.IdSlots; s++)
            {
                batch.Ids(s)[r - start] = b.GetProperty("ids")[s][r].GetInt32();
            }

            for (int s = 0; s < batch.NumberSlots; s++)
            {
                batch.Numbers(s)[r - start] = b.GetProperty("numbers")[s][r].GetSingle();
            }

            batch.Labels(0)[r - start] = b.GetProperty("click")[r].GetByte();
            batch.Labels(1)[r - start] = b.GetProperty("conversion")[r].GetByte();
        }

        return batch;
    }

    /// <summary>Puts weights into a model, all of them by name.</summary>
    internal static void SetWeights(EsmmModel model, Dictionary<string, double[]> weights)
    {
        Assert.Equal(weights.Keys.Order(StringComparer.Ordinal), model.Towers.Tensors.Select(t => t.Name).Concat(model.Bottom.Tables.Select(TableName)).Order(StringComparer.Ordinal));
        foreach (EmbeddingTable table in model.Bottom.Tables)
        {
            double[] values = weights[TableName(table)];
            Assert.Equal(values.Length, table.Values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                table.Values[i] = (float)values[i];
            }
        }

        foreach (TowerTensor tensor in model.Towers.Tensors)
        {
            Assert.Equal(weights[tensor.Name].Length, tensor.Count);
            for (int i = 0; i < tensor.Count; i++)
            {
                model.Towers.Parameters[tensor.IndexOf(i)] = (float)weights[tensor.Name][i];
            }
        }
    }

    /// <summary>A table's name in the files.</summary>
    internal static string TableName(EmbeddingTable table) => "emb." + table.Name + ".weight";

    /// <summary>The towers' tensors of a block of parameters, gradients or moments, by name.</summary>
    internal static Dictionary<string, double[]> TowerTensors(EsmmModel model, ReadOnlySpan<float> block)
    {
        Dictionary<string, double[]> tensors = [];
        foreach (TowerTensor tensor in model.Towers.Tensors)
        {
            tensors.Add(tensor.Name, [.. EsmmModel.Unpack(tensor, block).Select(v => (double)v)]);
        }

        return tensors;
    }

    /// <summary>The gradient of a whole table; zeros for rows that were not touched.</summary>
    internal static float[] Spread(EmbeddingTable table, RowGradients rows)
    {
        float[] whole = new float[table.Rows * table.Dim];
        for (int i = 0; i < rows.Count; i++)
        {
            rows.Gradients.Slice(i * table.Dim, table.Dim).CopyTo(whole.AsSpan(rows.Rows[i] * table.Dim));
        }

        return whole;
    }

    private static int[] Sizes(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];
}
