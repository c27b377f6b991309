using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Persistence;
using EsmmLite.Scoring;
using EsmmLite.Tests.Persistence;

namespace EsmmLite.Tests.Model;

/// <summary>Files whose checksum is right and whose contents were made to harm: each refused for its reason, before memory is taken for what it claims.</summary>
public sealed class HostileModelTests : IDisposable
{
    private readonly TinyFile _tiny = new();
    private readonly ForgedModel _good;

    public HostileModelTests()
    {
        ForgedModels.Create(1).Save(_tiny.Path);
        _good = ForgedModel.Of(_tiny.Path);
    }

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Taken_apart_and_put_together_it_is_the_same_file() => Assert.Equal(File.ReadAllBytes(_tiny.Path), _good.Bytes());

    [Theory]
    [InlineData("schema", "\"buckets\":5", "\"buckets\":2147483647", "[2147483647 x 3] as its schema says")]
    [InlineData("schema", "\"buckets\":5", "\"buckets\":2147483648", "2147483648 where a whole number")]
    [InlineData("schema", "\"buckets\":5", "\"buckets\":-5", "-5 where a whole number")]
    [InlineData("schema", "\"buckets\":5", "\"buckets\":5e0", "5e0 where a whole number")]
    [InlineData("schema", "\"entries\":4", "\"entries\":2147483646", "where 2147483646 are announced")]
    [InlineData("schema", "\"entries\":4", "\"entries\":3", "where 3 are announced")]
    [InlineData("schema", "\"maxEntries\":9", "\"maxEntries\":2", "where 4 are announced")]
    [InlineData("schema", "\"mean\":", "\"mean\":1e400,\"x\":", "1e400 where a number")]
    [InlineData("schema", "\"deviation\":", "\"deviation\":0,\"x\":", "0 where a number")]
    [InlineData("schema", "\"name\":\"hash\"", "\"name\":\"word\"", "is taken already")]
    [InlineData("schema", "\"name\":\"hash\"", "\"name\":\"\\u001b[2J\"", "control characters")]
    [InlineData("schema", "\"name\":\"hash\"", "\"name\":\"\\ud800\"", "surrogate")]
    [InlineData("schema", "\"name\":\"hash\"", "\"name\":\"hash\",\"\\u006eame\":\"h\"", "not valid JSON")]
    [InlineData("schema", "\"kind\":\"hashed\"", "\"kind\":\"python\"", "\"python\"")]
    [InlineData("schema", "\"kind\":\"numeric\"", "\"kind\":\"python\"", "\"python\"")]
    [InlineData("schema", "\"kind\":\"vocabulary\"", "\"kind\":\"python\"", "\"python\"")]
    [InlineData("schema", "\"kind\":\"numeric\",", "", "\"hashed\", \"vocabulary\", \"numeric\" or \"crossed\"")]
    [InlineData("schema", "[[\"word\",\"hash\"]]", "[[\"word\",\"cut\"]]", "equal dims")]
    [InlineData("schema", "{\"schema\":", "{\"scheme\":", "is missing")]
    [InlineData("model", "\"ctr\":[4]", "\"ctr\":[65536,65536]", "as its schema says")]
    [InlineData("model", "\"ctr\":[4]", "\"ctr\":[4,4]", "as its schema says")]
    [InlineData("model", "\"ctr\":[4]", "\"ctr\":[0]", "0 where a whole number")]
    [InlineData("model", "\"seed\":1", "\"seed\":-1", "seed: -1")]
    [InlineData("model", "\"seed\":1", "\"seed\":1,\"spam\":1", "unknown key")]
    [InlineData("config", "{\"training\"", "[\"training\"", "not valid JSON")]
    [InlineData("config", "{\"training\":", "{\"training\":\"\\udc00\",\"x\":", "surrogate")]
    [InlineData("metrics", "{\"impressions\":1000", "{\"impressions\":1000 1000", "not valid JSON")]
    [InlineData("data_fingerprint", "00ff1", "\u001b[2J", "hexadecimal")]
    [InlineData("train_step", "120", "-120", "train_step")]
    [InlineData("train_step", "120", "12e1", "train_step")]
    [InlineData("train_step", "120", "99999999999999999999", "train_step")]
    [InlineData("min_reader", "1", " 1", "min_reader")]
    [InlineData("min_reader", "1", "3", "Update EsmmLite")]
    [InlineData("format", "esmmlite", "torch", "torch")]
    [InlineData("numerics", "1", "2", "numerics")]
    public void A_text_of_the_metadata_that_makes_no_sense(string key, string good, string bad, string reason)
    {
        ForgedModel forged = _good.With(key, text => text.Contains(good, StringComparison.Ordinal) ? text.Replace(good, bad, StringComparison.Ordinal) : throw new ArgumentException(text));
        Assert.Contains(reason, Refuse(forged.Bytes()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_of_a_million_fields_faults_or_keys()
    {
        string field = "{\"name\":\"a\",\"kind\":\"hashed\",\"buckets\":1}";
        Refuse(_good.With("schema", Schema(string.Join(',', Enumerable.Repeat(field, 200_000)), "")).Bytes(), mostBytes: 400 << 20);
        Refuse(_good.With("schema", Schema(string.Join(',', Enumerable.Range(0, 9_000).Select(i => field.Replace("\"a\"", "\"a" + i + "\"", StringComparison.Ordinal).Replace(":1", ":0", StringComparison.Ordinal))), "")).Bytes(), mostBytes: 400 << 20);
        Refuse(_good.With("schema", Schema(field, string.Join(',', Enumerable.Range(0, 500_000).Select(i => "\"key" + i + "\":1")) + ",")).Bytes(), mostBytes: 400 << 20);
        string crosses = string.Join(',', Enumerable.Repeat("[\"a\",\"b\"]", 9_999));
        Refuse(_good.With("schema", Schema(field, "\"crosses\":[" + crosses + "],")).Bytes(), mostBytes: 400 << 20);
    }

    [Fact]
    public void Names_of_a_million_characters_are_not_compared_nor_printed()
    {
        string one = new('a', 3_000_000), two = new('b', 3_000_000);
        string text = Schema("{\"name\":\"" + one + "\",\"kind\":\"hashed\",\"buckets\":1}", "\"crosses\":[[\"" + two + "\",\"" + one + "\"]],\"" + two + "\":" + new string('1', 1_000_000) + ",");
        Refuse(_good.With("schema", text).Bytes(), mostBytes: 400 << 20);
        Refuse(_good.With("numerics", one).Bytes(), mostBytes: 400 << 20);
        Refuse(TinyFile.Sealed("{\"" + one + "\":{\"dtype\":\"" + two + "\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8), mostBytes: 400 << 20);
        Refuse(TinyFile.Sealed("{\"a\":{\"dtype\":\"F64\",\"shape\":[" + string.Join(',', Enumerable.Repeat("1", 2_000_000)) + "],\"data_offsets\":[0,8]}}", 8), mostBytes: 100 << 20);
    }

    [Theory]
    [InlineData(2L, 1L, "not in order")]
    [InlineData(4L, 9L, "do not run")]
    [InlineData(4L, long.MaxValue, "do not run")]
    [InlineData(0L, -1L, "do not run")]
    [InlineData(1L, long.MaxValue, "not in order")]
    [InlineData(2L, 3L, "occurs twice")]
    public void Offsets_of_a_vocabulary_that_lead_astray(long place, long offset, string reason)
    {
        // Entries "w0" to "w3": offsets 0, 2, 4, 6, 8.
        long[] offsets = [0, 2, 4, 6, 8];
        offsets[place] = offset;
        if (reason == "occurs twice")
        {
            offsets = [0, 2, 4, 4, 8];
        }

        byte[] entries = reason == "occurs twice" ? "w0w0w2w3"u8.ToArray() : "w0w1w2w3"u8.ToArray();
        ForgedModel forged = _good.With(TensorSource.Of<long>("vocab.word.offsets", [5], offsets)).With(TensorSource.Of<byte>("vocab.word.bytes", [8], entries));
        Assert.Contains(reason, Refuse(forged.Bytes()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_another_type_are_refused_by_name()
    {
        Assert.Contains("vocab.word.bytes", Refuse(_good.With(TensorSource.Of<float>("vocab.word.bytes", [2], new float[2])).Bytes()).Message, StringComparison.Ordinal);
        Assert.Contains("vocab.word.offsets", Refuse(_good.With(TensorSource.Of<long>("vocab.word.offsets", [5, 1], new long[5])).Bytes()).Message, StringComparison.Ordinal);
        Assert.Contains("emb.hash.weight", Refuse(_good.With(TensorSource.Of<double>("emb.hash.weight", [5, 3], new double[15])).Bytes()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_weight_that_is_not_finite_is_refused_by_tensor_and_element(float value)
    {
        float[] table = new float[15];
        table[7] = value;
        Assert.Contains("'emb.hash.weight', element 7", Refuse(_good.With(TensorSource.Of<float>("emb.hash.weight", [5, 3], table)).Bytes()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("allSeparate")]
    [InlineData("logistic")]
    [InlineData("unequal")]
    public void The_shapes_that_a_file_must_have_are_those_of_the_model(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        Assert.Equal(
            model.Bottom.Tables.Select(t => $"emb.{t.Name}.weight {t.Rows} {t.Dim}").Concat(model.Towers.Tensors.Select(t => t.Name + " " + string.Join(' ', t.Shape))),
            EsmmModel.Shapes(model.Space, model.Options).Select(t => t.Name + " " + string.Join(' ', t.Shape)));
    }

    [Fact]
    public void Towers_that_no_block_can_hold_are_refused_before_any_memory_is_taken()
    {
        ModelOptions options = new() { CtrTower = [65536, 65536], CvrTower = [4] };
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => new MlpTowers(40, ["ctr", "cvr"], [options.CtrTower, options.CvrTower])).Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_model_that_nobody_could_load_is_not_saved()
    {
        EsmmModel model = ForgedModels.Create(1);
        ModelInfo good = model.Info;
        foreach (ModelInfo info in (ModelInfo[])[good with { ConfigJson = "none" }, good with { MetricsJson = "[1]" }, good with { DataFingerprint = "a b" }, good with { TrainStep = -1 }])
        {
            model.Info = info;
            Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => model.Save(_tiny.Path)).Kind);
        }

        Assert.Equal(_good.Bytes(), File.ReadAllBytes(_tiny.Path));
        EsmmModel large = EsmmModel.Create(model.Space, model.Options with { Seed = ulong.MaxValue });
        large.Save(_tiny.Path);
        Assert.Equal(ulong.MaxValue, EsmmModel.Load(_tiny.Path).Options.Seed);
    }

    private static string Schema(string fields, string more) =>
        "{\"schema\":{\"fields\":[" + fields + "]," + more + "\"labels\":[{\"name\":\"click\"},{\"name\":\"conversion\"}]},\"learned\":{}}";

    /// <summary>Requires the refusal of both loaders, which names the file, and is short.</summary>
    private EsmmException Refuse(byte[] bytes, long mostBytes = 3 << 20)
    {
        File.WriteAllBytes(_tiny.Path, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<EsmmException>(() => EsmmModel.Load(_tiny.Path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, mostBytes);
        Assert.Equal(EsmmErrorKind.ModelFile, refusal.Kind);
        Assert.StartsWith(_tiny.Path, refusal.Where, StringComparison.Ordinal);
        Assert.InRange(refusal.Message.Length, 20, 40_000);
        Assert.Equal(refusal.Message, Assert.Throws<EsmmException>(() => EsmmScorer.Load(_tiny.Path, new ScorerOptions { Weights = WeightFormat.BFloat16 })).Message);
        return refusal;
    }
}
