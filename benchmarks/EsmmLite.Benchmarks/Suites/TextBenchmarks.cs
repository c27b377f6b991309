using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using EsmmLite.Benchmarks.Figures;
using EsmmLite.Benchmarks.Workloads;
using EsmmLite.Features;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Kernels;

namespace EsmmLite.Benchmarks.Suites;

/// <summary>From the text of a log with 11 fields to encoded rows: the two passes over a file, each with its thread that reads, and what the other thread does in them.</summary>
public class TextBenchmarks : IHasWork
{
    private const int Rows = 1_000_000;
    private const int BlockRows = 1024;

    private readonly string _path = Path.Combine(Path.GetTempPath(), "esmmlite-text-benchmark.csv");
    private readonly List<(int[] Starts, int[] Lengths)> _columns = [];
    private byte[] _text = [];
    private Schema _schema = null!;
    private FeatureSpace _space = null!;
    private ImpressionBatch _batch = null!;

    /// <summary>Ids as hexadecimal texts of 8 letters and digits, or as whole numbers.</summary>
    [Params("hex", "number")]
    public string Ids { get; set; } = "hex";

    public Work WorkOf(string method) => new(Items: 1, Threads: method is nameof(Survey) or nameof(Pack) ? 2 : 1);

    [GlobalSetup]
    public void Setup()
    {
        _schema = ArticleModel.Config().Schema;
        _space = FeatureSpace.FromSchema(_schema);
        _batch = _space.CreateBatch(BlockRows);
        StringBuilder text = new();
        text.Append("click,conversion,").AppendJoin(',', _schema.Fields.Select(f => f.Column)).Append('\n');
        SplitMix random = new(1);
        for (int row = 0; row < Rows; row++)
        {
            text.Append(random.NextBelow(6) == 0 ? "1,0" : "0,0");
            foreach (Field field in _schema.Fields)
            {
                // Small ids are the usual ones; a field has about as many as its table has rows.
                double unit = random.NextDouble();
                uint id = (uint)(((HashedField)field).Buckets * unit * unit * unit);
                text.Append(',').Append(Ids == "hex" ? (id * 2654435761u).ToString("x8", CultureInfo.InvariantCulture) : id.ToString(CultureInfo.InvariantCulture));
            }

            text.Append('\n');
        }

        _text = Encoding.UTF8.GetBytes(text.ToString());
        File.WriteAllBytes(_path, _text);
        Split();
    }

    [GlobalCleanup]
    public void Cleanup() => File.Delete(_path);

    /// <summary>The first pass: labels, profiles of all values, how ids are written, the fingerprint.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public long Survey()
    {
        using DelimitedLog log = new([_path]);
        return LogSurvey.Run(log, _schema).Training.Impressions;
    }

    /// <summary>The second pass: encoded rows in a temporary file.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public long Pack()
    {
        using DelimitedLog log = new([_path]);
        using PackedParts packed = PackedParts.Pack(log, _space);
        return packed.Training.Rows;
    }

    /// <summary>What the first pass learns of values that are cut from their lines already.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public FeatureSpace Learn()
    {
        FeatureLearner learner = new(_schema);
        for (int first = 0; first < Rows; first += BlockRows)
        {
            for (int field = 0; field < _columns.Count; field++)
            {
                learner.Observe(field, Column(field, first));
            }
        }

        return learner.Build();
    }

    /// <summary>Their encoding.</summary>
    [Benchmark(OperationsPerInvoke = Rows)]
    public void Encode()
    {
        for (int first = 0; first < Rows; first += BlockRows)
        {
            for (int field = 0; field < _columns.Count; field++)
            {
                _space.Encode(field, Column(field, first), _batch, 0);
            }
        }
    }

    private TextColumn Column(int field, int first)
    {
        int count = Math.Min(BlockRows, Rows - first);
        return new TextColumn(_text, _columns[field].Starts.AsSpan(first, count), _columns[field].Lengths.AsSpan(first, count));
    }

    private void Split()
    {
        _columns.Clear();
        _columns.AddRange(_schema.Fields.Select(_ => (new int[Rows], new int[Rows])));
        int at = Array.IndexOf(_text, (byte)'\n') + 1;
        for (int row = 0; row < Rows; row++)
        {
            at += "0,0,".Length;
            for (int field = 0; field < _columns.Count; field++)
            {
                int end = at + _text.AsSpan(at).IndexOfAny((byte)',', (byte)'\n');
                (_columns[field].Starts[row], _columns[field].Lengths[row]) = (at, end - at);
                at = end + 1;
            }
        }
    }
}
