using System.Globalization;
using System.Text;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;

namespace EsmmLite.Tests.Scoring;

/// <summary>Whatever type a value comes in, the score has the bits of its text in a log.</summary>
public class ValueTypeTests
{
    private const int Fields = 6; // of each side

    private readonly EsmmScorer _scorer = new(ServiceSpace.Create());

    [Theory]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("café 日本語 🛒")]
    public void Utf8_gives_the_bits_of_utf16(string text)
    {
        Prediction expected = Text(text, Fields, textsOnly: !int.TryParse(text, out _) && text is not ("" or "NA"));
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        bool textsOnly = text.Length > 2 && text[0] == 'c';
        Assert.Equal(expected, Score((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, utf8), (r, c, k) => r.SetCandidate(c, k, utf8), textsOnly)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(-1)]
    [InlineData(-20)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_integer_gives_the_bits_of_its_decimal_text(long value)
    {
        Prediction expected = Text(value.ToString(CultureInfo.InvariantCulture), Fields);
        Assert.Equal(expected, Score((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, value), (r, c, k) => r.SetCandidate(c, k, value))));
        if (value is > 0 and < int.MaxValue)
        {
            Assert.Equal(expected, Score((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, (int)value), (r, c, k) => r.SetCandidate(c, k, (uint)value))));
        }
    }

    [Theory]
    [InlineData(17ul)]
    [InlineData(9223372036854775808ul)]
    [InlineData(ulong.MaxValue)]
    public void An_unsigned_integer_does_too(ulong value)
    {
        Prediction expected = Text(value.ToString(CultureInfo.InvariantCulture), Fields);
        Assert.Equal(expected, Score((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, value), (r, c, k) => r.SetCandidate(c, k, value))));
    }

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(17, false)]
    [InlineData(-1, false)]
    [InlineData(-0.0, false)]
    [InlineData(1e12, true)]
    [InlineData(1e-300, true)]
    public void A_number_gives_the_bits_of_its_text(double value, bool numbersOnly)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        Prediction Run(Setter set) => Score((request, f, candidate) =>
        {
            // "whole" and "known" hold integers; "hashed" and "text" take no floating-point number at all.
            if (f is 4 or 5 || (!numbersOnly && f is 1 or 3))
            {
                set(request, f, candidate);
            }
        });
        Prediction expected = Run((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, text), (r, c, k) => r.SetCandidate(c, k, text)));
        Assert.Equal(expected, Run((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, value), (r, c, k) => r.SetCandidate(c, k, value))));
        if (value is 0.1 or 17 or -1)
        {
            // 0.1f is not 0.1, but it was written so.
            Assert.Equal(expected, Run((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, (float)value), (r, c, k) => r.SetCandidate(c, k, (float)value))));
            Assert.Equal(expected, Run((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, (decimal)value), (r, c, k) => r.SetCandidate(c, k, (decimal)value))));
        }
    }

    [Fact]
    public void A_field_that_is_not_set_is_missing()
    {
        Assert.Equal(Text("NA", Fields), Score((_, _, _) => { }));
        Assert.NotEqual(Text("NA", Fields), Text("3", Fields));
    }

    [Fact]
    public void A_batch_filled_by_keys_scores_as_the_request_does()
    {
        FeatureSpace space = _scorer.Space;
        ImpressionBatch batch = space.CreateBatch(2);
        for (int round = 0; round < 2; round++)
        {
            batch.Count = 0;
            Assert.Equal(0, space.AddImpression(batch));
            Assert.Equal(1, space.AddImpression(batch));
            foreach (Field field in space.Schema.Fields)
            {
                FieldKey key = space.Field(field.Name);
                Assert.Equal((field.Name, field.Side, space.FieldIndex(field.Name)), (key.Name, key.Side, key.Index));
                if (round == 0)
                {
                    space.Encode(key, "17"u8, batch, 0);
                    space.Encode(key, 17L, batch, 1);
                }
            }

            Prediction[] actual = new Prediction[2];
            Assert.True(_scorer.Score(batch, _scorer.CreateWorkspace(), actual) == actual);
            Prediction expected = Text(round == 0 ? "17" : "", Fields);
            Assert.Equal([expected, expected], actual);
        }

        EsmmException full = Assert.Throws<EsmmException>(() => { space.AddImpression(batch); });
        Assert.Equal(EsmmErrorKind.Usage, full.Kind);
        Assert.Contains("2 impressions", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_space_and_a_key_of_none_are_refused()
    {
        EsmmScorer other = new(ServiceSpace.Create());
        RankingRequest request = _scorer.CreateRequest(1);
        request.AddCandidate();
        ImpressionBatch batch = _scorer.Space.CreateBatch(1);
        EsmmException[] faults =
        [
            Assert.Throws<EsmmException>(() => request.Set(other.Field("r text"), "x")),
            Assert.Throws<EsmmException>(() => request.SetCandidate(0, other.Field("c text"), "x")),
            Assert.Throws<EsmmException>(() => _scorer.Space.Encode(other.Field("c text"), "x", batch, 0)),
        ];
        Assert.All(faults, f => Assert.Equal(EsmmErrorKind.Usage, f.Kind));
        Assert.All(faults, f => Assert.Contains("another feature space", f.Message, StringComparison.Ordinal));
        Assert.Contains("no field", Assert.Throws<EsmmException>(() => request.Set(default, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"r text\"?", Assert.Throws<EsmmException>(() => _scorer.Field("r test")).Message, StringComparison.Ordinal);

        // A scorer made of the same model in memory shares its feature space, and so its keys.
        EsmmModel model = ServiceSpace.Create();
        new EsmmScorer(model).CreateRequest(1).Set(new EsmmScorer(model).Field("r text"), "x");
    }

    [Fact]
    public void A_wrong_side_a_wrong_candidate_and_a_wrong_value_are_refused_by_name()
    {
        RankingRequest request = _scorer.CreateRequest(2);
        FieldKey r = _scorer.Field("r text"), c = _scorer.Field("c whole");
        Assert.Contains("there are none", Assert.Throws<EsmmException>(() => request.SetCandidate(0, c, 1)).Message, StringComparison.Ordinal);
        request.AddCandidate();
        Assert.Contains("Use SetCandidate", Assert.Throws<EsmmException>(() => request.Set(c, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("Use Set.", Assert.Throws<EsmmException>(() => request.SetCandidate(0, r, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 0", Assert.Throws<EsmmException>(() => request.SetCandidate(1, c, 1)).Message, StringComparison.Ordinal);
        foreach (Action bad in (Action[])[() => request.SetCandidate(0, c, 1.5), () => request.SetCandidate(0, c, "one"), () => request.SetCandidate(0, c, "one"u8), () => request.SetCandidate(0, _scorer.Field("c text"), 1.0)])
        {
            EsmmException fault = Assert.Throws<EsmmException>(bad);
            Assert.Equal(EsmmErrorKind.Data, fault.Kind);
            Assert.StartsWith("candidate 0, field \"c ", fault.Where, StringComparison.Ordinal);
        }

        request.AddCandidate();
        Assert.Contains("already has 2", Assert.Throws<EsmmException>(() => request.AddCandidate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused_before_work()
    {
        RankingRequest request = _scorer.CreateRequest(3);
        ImpressionBatch batch = _scorer.Space.CreateBatch(3);
        for (int i = 0; i < 3; i++)
        {
            request.AddCandidate();
            _scorer.Space.AddImpression(batch);
        }

        Prediction[] untouched = new Prediction[2];
        foreach (EsmmException fault in (EsmmException[])[Assert.Throws<EsmmException>(() => { _scorer.Score(request, untouched); }), Assert.Throws<EsmmException>(() => { _scorer.Score(batch, _scorer.CreateWorkspace(), untouched); })])
        {
            Assert.Equal(EsmmErrorKind.Usage, fault.Kind);
            Assert.Contains("3 or more", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(new Prediction[2], untouched);
        Prediction[] longer = new Prediction[5];
        Assert.Equal(3, _scorer.Score(request, longer).Length);
        Assert.Equal(new Prediction[2], longer[3..]);
        Assert.NotEqual(default, longer[2]);
    }

    [Fact]
    public void A_prediction_is_twelve_bytes() => Assert.Equal(12, System.Runtime.CompilerServices.Unsafe.SizeOf<Prediction>());

    private delegate void Setter(RankingRequest request, int field, int candidate);

    private void Put(RankingRequest request, int field, int candidate, Action<RankingRequest, FieldKey> set, Action<RankingRequest, int, FieldKey> setCandidate, bool textsOnly = false)
    {
        if (textsOnly && field is not (0 or 2))
        {
            return;
        }

        if (candidate < 0)
        {
            set(request, _scorer.Field(_scorer.Space.Schema.Fields[field].Name));
        }
        else
        {
            setCandidate(request, candidate, _scorer.Field(_scorer.Space.Schema.Fields[Fields + field].Name));
        }
    }

    private Prediction Text(string text, int fields, bool textsOnly = false) =>
        Score((request, f, candidate) => Put(request, f, candidate, (r, k) => r.Set(k, text), (r, c, k) => r.SetCandidate(c, k, text), textsOnly || f >= fields));

    // Sets the fields of both sides: candidate −1 stands for the request.
    private Prediction Score(Setter set)
    {
        RankingRequest request = _scorer.CreateRequest(1);
        request.AddCandidate();
        for (int f = 0; f < Fields; f++)
        {
            set(request, f, -1);
            set(request, f, 0);
        }

        Prediction[] result = new Prediction[1];
        _scorer.Score(request, result);
        return result[0];
    }
}
