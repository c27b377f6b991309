using EsmmLite.Calibration;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Persistence;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Tests.Persistence;

namespace EsmmLite.Tests.Calibration;

public sealed class CalibrationFileTests : IDisposable
{
    private const int Segments = 5; // rows of the field

    private readonly TinyFile _tiny = new();
    private readonly EsmmModel _model = ForgedModels.Create(1);
    private readonly ForgedModel _good;

    public CalibrationFileTests()
    {
        _model.Calibration = Calibrations.Create("hash", Segments);
        _model.Save(_tiny.Path);
        _good = ForgedModel.Of(_tiny.Path);
    }

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void A_calibration_comes_back_to_the_bit()
    {
        EsmmModel loaded = EsmmModel.Load(_tiny.Path);
        Assert.Equal(loaded.Digest, loaded.Save(_tiny.Path + "2"));
        ImpressionBatch batch = SmallModels.Batch(_model.Space, 100, 3);
        Assert.Equal(Score(new EsmmScorer(_model), batch), Score(EsmmScorer.Load(_tiny.Path), batch));
        Assert.Equal("hash", loaded.Calibration!.SegmentField);
        Assert.Equal(0.2, loaded.Calibration.NegativeKeep);
        Assert.Equal((CalibrationMethod.Isotonic, CalibrationMethod.Platt), (loaded.Calibration.Ctr.Method, loaded.Calibration.Cvr.Method));
    }

    [Fact]
    public void Only_a_calibrated_file_needs_a_newer_reader()
    {
        Assert.Equal("2", _good.Metadata.Single(m => m.Key == "min_reader").Value);
        _model.Calibration = null;
        _model.Save(_tiny.Path);
        ForgedModel plain = ForgedModel.Of(_tiny.Path);
        Assert.Equal("1", plain.Metadata.Single(m => m.Key == "min_reader").Value);
        Assert.Equal("1", plain.Metadata.Single(m => m.Key == "format_version").Value);
        Assert.DoesNotContain(plain.Metadata, m => m.Key == "calibration");
        Assert.Null(EsmmModel.Load(_tiny.Path).Calibration);
    }

    [Theory]
    [InlineData("\"negativeKeep\":0.2", "\"negativeKeep\":0", "negativeKeep")]
    [InlineData("\"negativeKeep\":0.2", "\"negativeKeep\":1e400", "negativeKeep")]
    [InlineData("\"segment\":\"hash\"", "\"segment\":\"nobody\"", "nobody")]
    [InlineData("\"segment\":\"hash\"", "\"segment\":\"amount\"", "can't tell segments")]
    [InlineData(",\"segment\":\"hash\"", "", "segments of no field")]
    [InlineData("\"ctr\":\"isotonic\"", "\"ctr\":\"spline\"", "spline")]
    [InlineData("{\"neg", "{\"spam\":1,\"neg", "spam")]
    public void A_text_that_makes_no_sense(string good, string bad, string reason)
        => Assert.Contains(reason, Refuse(_good.With("calibration", text => text.Contains(good, StringComparison.Ordinal) ? text.Replace(good, bad, StringComparison.Ordinal) : throw new ArgumentException(text))), StringComparison.Ordinal);

    [Fact]
    public void Curves_and_segments_that_make_no_sense()
    {
        long[] segments = [.. _model.Calibration!.Cvr.Segments.Select(s => (long)s)];
        int curves = segments.Length + 1;
        double[] zeros = new double[curves];
        Assert.Contains("rising order", Refuse(Longs("segments", [.. segments.Reverse()])), StringComparison.Ordinal);
        Assert.Contains("a segment 5", Refuse(Longs("segments", [.. segments[..^1], Segments])), StringComparison.Ordinal);
        Assert.Contains("rising order", Refuse(Longs("segments", [.. segments[..^1], long.MaxValue])), StringComparison.Ordinal);
        Assert.Contains("a curve for all rows", Refuse(Longs("segments", [.. segments, 1000])), StringComparison.Ordinal);
        Assert.Contains("starts that rise", Refuse(Longs("starts", [0, 0, 2, .. Enumerable.Range(3, curves - 2).Select(c => (long)c)])), StringComparison.Ordinal);
        Assert.Contains("a curve for all rows", Refuse(Longs("starts", [1, .. Enumerable.Range(1, curves).Select(c => (long)c)])), StringComparison.Ordinal);
        Assert.Contains("slope", Refuse(Doubles("slopes", [-1, .. zeros[1..]])), StringComparison.Ordinal);
        Assert.Contains("not finite", Refuse(Doubles("slopes", [double.NaN, .. zeros[1..]])), StringComparison.Ordinal);
        Assert.Contains("out of bounds", Refuse(Doubles("values", [1e300, .. zeros[1..]])), StringComparison.Ordinal);
        Assert.Contains("F64", Refuse(_good.With(TensorSource.Of("calibration.cvr.slopes", [curves], (ReadOnlyMemory<float>)new float[curves]))), StringComparison.Ordinal);

        ForgedModel Longs(string part, long[] values) => _good.With(TensorSource.Of("calibration.cvr." + part, [values.Length], (ReadOnlyMemory<long>)values));
        ForgedModel Doubles(string part, double[] values) => _good.With(TensorSource.Of("calibration.cvr." + part, [values.Length], (ReadOnlyMemory<double>)values));
    }

    [Fact]
    public void Tensors_of_a_calibration_without_its_text_are_unknown()
        => Assert.Contains("does not know", Refuse(_good.Without("calibration")), StringComparison.Ordinal);

    [Fact]
    public void Mutants_are_refused_or_score()
    {
        byte[] good = File.ReadAllBytes(_tiny.Path);
        ForgedModels.Create(2).Save(_tiny.Path);
        byte[] other = File.ReadAllBytes(_tiny.Path);
        int refused = 0;
        for (int seed = 0; seed < 3000; seed++)
        {
            File.WriteAllBytes(_tiny.Path, _good.Mutant(good, other, new Random(seed)));
            try
            {
                EsmmScorer scorer = EsmmScorer.Load(_tiny.Path);
                foreach (Prediction score in Score(scorer, SmallModels.Batch(scorer.Space, 3, 1, mostRows: 2)))
                {
                    Assert.True(score.PCtr >= 0 && score.PCtr <= 1 && score.PCtcvr <= score.PCtr && score.PCtcvr <= score.PCvr && score.PCvr <= 1, $"seed {seed}: {score}");
                }
            }
            catch (EsmmException e) when (e.Kind is EsmmErrorKind.ModelFile or EsmmErrorKind.Numeric)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 2999);
    }

    private static Prediction[] Score(EsmmScorer scorer, ImpressionBatch batch) => scorer.Score(batch, scorer.CreateWorkspace(), new Prediction[batch.Count]).ToArray();

    private string Refuse(ForgedModel forged)
    {
        File.WriteAllBytes(_tiny.Path, forged.Bytes());
        EsmmException e = Assert.Throws<EsmmException>(() => EsmmModel.Load(_tiny.Path));
        Assert.Equal(EsmmErrorKind.ModelFile, e.Kind);
        Assert.Contains(_tiny.Path, e.Message, StringComparison.Ordinal);
        return e.Message;
    }
}
