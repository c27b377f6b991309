using System.Globalization;
using System.IO.Compression;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Training;

namespace EsmmLite.Formats.Tests;

/// <summary>Lists and sequences of real logs, which are not part of the repository: read, packed, trained on and scored.</summary>
public sealed class ListDataTests(ITestOutputHelper output) : IDisposable
{
    private const string Labels = """ "labels": [ {"name": "click"}, {"name": "conversion"} ] """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ali_ccp_lists_of_past_categories_shops_brands_and_intentions()
    {
        // row, click, purchase, then field:value pairs; a field of several values occurs several times.
        string[] lists = ["109_14", "110_14", "127_14", "150_14", "210"], singles = ["101", "121", "122", "124", "125", "205", "206", "207", "216", "301"];
        List<string> csv = [string.Join(',', [.. lists, .. singles, "click", "conversion"])];
        foreach (string[] row in Lines("ali-ccp/esmm-small-multivalue-train.txt.gz").Concat(Lines("ali-ccp/esmm-small-multivalue-test.txt.gz")).Select(line => line.Split(',')))
        {
            ILookup<string, string> values = row[3..].Select(pair => pair.Split(':')).ToLookup(pair => pair[0], pair => pair[1]);
            csv.Add(string.Join(',', [.. lists.Concat(singles).Select(field => string.Join('|', values[field])), row[1], row[2]]));
        }

        string fields = string.Join(',',
        [
            .. lists[..4].Select(name => "{" + $"\"name\": \"{name}\", \"kind\": \"vocabulary\", \"dim\": 8, \"side\": \"request\", \"list\": " + "{\"maxValues\": 400}}"),
            "{\"name\": \"210\", \"kind\": \"hashed\", \"buckets\": 1000, \"dim\": 8, \"list\": {\"pooling\": \"sum\"}}",
            .. singles.Select(name => "{" + $"\"name\": \"{name}\", \"kind\": \"hashed\", \"buckets\": 1000, \"dim\": 8" + "}"),
        ]);
        LogSurvey survey = Run(csv, "{ \"fields\": [" + fields + "], \"conversionWithoutClick\": \"drop\", " + Labels + "}", 20);
        Assert.Equal(342, survey.Fields.Max(field => field.LongestList)); // of one row, as the data's own description says
        Assert.Equal(0, survey.Fields.Sum(field => field.CutLists));
    }

    [Theory]
    [InlineData("""{"kind": "dot"}""")]
    [InlineData("""{"kind": "din", "normalise": true}""")]
    public void Taobao_sequences_of_categories_and_brands_seen_from_the_advertisement(string attention)
    {
        // Five blocks of 50 (behaviour, category and brand of the last actions, two masks; 1 pads), then user, profile, the advertisement and the click.
        List<string> csv = ["categories,brands,user,ad,category,brand,placement,click,conversion"];
        foreach (string[] row in Lines("taobao-dmr/alimama_sampled_train.txt.gz").Select(line => line.Split(',')))
        {
            string[] last = row[250..];
            csv.Add(string.Join(',', Actions(row[50..100]), Actions(row[100..150]), last[0], last[9], last[10], last[13], last[15], last[16], "0"));
        }

        LogSurvey survey = Run(csv, """
            { "fields": [ {"name": "categories", "kind": "vocabulary", "shares": "category", "side": "request", "missing": "zero", "list": {"maxValues": 50, "keep": "last"}},
                          {"name": "brands", "kind": "hashed", "shares": "brand", "side": "request", "list": {"maxValues": 50, "keep": "last"}},
                          {"name": "user", "kind": "hashed", "buckets": 1000, "dim": 8, "side": "request"}, {"name": "ad", "kind": "hashed", "buckets": 1000, "dim": 8},
                          {"name": "category", "kind": "vocabulary", "dim": 8, "minCount": 2}, {"name": "brand", "kind": "hashed", "buckets": 5000, "dim": 8}, {"name": "placement", "kind": "hashed", "buckets": 5, "dim": 2} ],
              "sequences": [ {"name": "history", "actions": ["categories", "brands"], "candidate": ["category", "brand"]} ],
            """ + Labels + ", \"model\": {\"attention\": " + attention + "} }", 500);
        Assert.Equal([50, 50], survey.Fields.Select(field => field.LongestList).OfType<int>());
        Assert.Equal(210, survey.Training.Reached[0]);
    }

    [Fact]
    public void Ipinyou_lists_of_user_tags()
    {
        List<string> csv = ["region,exchange,domain,slot,tags,click,conversion"];
        foreach ((string file, string click) in (ReadOnlySpan<(string, string)>)[("ipinyou/imp.20131021.adv2821.limit1000.txt.gz", "0"), ("ipinyou/clk.20131021.adv2821.txt.gz", "1")])
        {
            csv.AddRange(Lines(file).Select(line => line.Split('\t')).Select(row => $"{row[6]},{row[8]},{row[9]},{row[12]},\"{row[23]}\",{click},0"));
        }

        LogSurvey survey = Run(csv, """
            { "fields": [ {"name": "region", "kind": "vocabulary", "dim": 4, "side": "request"}, {"name": "exchange", "kind": "hashed", "buckets": 20, "dim": 2}, {"name": "domain", "kind": "hashed", "buckets": 5000, "dim": 4},
                          {"name": "tags", "kind": "vocabulary", "integer": true, "dim": 4, "side": "request", "missing": "zero", "list": {"separator": ",", "pooling": "sqrtn", "maxValues": 30}},
                          {"name": "domain_x_region", "kind": "crossed", "of": ["domain", "region"], "buckets": 20000, "dim": 2}, {"name": "slot", "kind": "hashed", "buckets": 1000000, "minCount": 5, "dim": 2} ],
              "missing": ["", "null"],
            """ + Labels + "}", 10_442);
        FieldStatistics tags = survey.Fields[3];
        Assert.Equal(47, tags.LongestList);
        Assert.True(survey.Space.Encoders[5].Rows is > 10 and < 10_000 && survey.Fields[5].OutOfVocabulary > 0);
        Assert.True(tags.Missing >= 3082 && tags.CutLists > 0 && tags.Distinct > 20);
    }

    private static string Actions(string[] padded) => string.Join('|', padded.Select(value => value == "1" ? "" : value));

    private static IEnumerable<string> Lines(string file)
    {
        (_, string data) = RealDataFolder.Find(file);
        using StreamReader reader = new(new GZipStream(File.OpenRead(Path.Combine(data, file)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private LogSurvey Run(List<string> csv, string config, int rows)
    {
        EsmmConfig parsed = EsmmConfig.Parse(config, "config", ["towers.ctr=[16]", "towers.cvr=[16]", "training.batch=100", "training.learningRate=0.01"]);
        DelimitedLog log = _folder.Log(string.Join('\n', csv) + "\n");
        LogSurvey survey = LogSurvey.Run(log, parsed.Schema);
        Assert.Equal(rows, survey.Training.Impressions + survey.Training.Dropped.Values.Sum());
        EsmmModel model = EsmmModel.Create(survey.Space, parsed.Model);
        using PackedParts parts = PackedParts.Pack(log, survey.Space);
        using Trainer trainer = new(model, parsed.Training, 2);
        ShuffledSource shuffled = new(parts.Training, 1);
        ImpressionBatch batch = survey.Space.CreateBatch(100);
        double first = 0, last = 0;
        for (int epoch = 0; epoch < 8; epoch++)
        {
            shuffled.StartEpoch(epoch);
            last = 0;
            while (shuffled.Fill(batch))
            {
                trainer.Step(batch);
                last += trainer.Losses[0] * batch.Count / parts.Training.Rows;
            }

            first = epoch == 0 ? last : first;
        }

        Assert.True(last < first, string.Create(CultureInfo.InvariantCulture, $"the loss went from {first} to {last}"));
        int scored = Score(model, log);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"OK {scored} scored, CTR loss {first:F4} to {last:F4}"));
        return survey;
    }

    /// <summary>Scores from the text, in batches of two sizes, to the same bits.</summary>
    private static int Score(EsmmModel model, DelimitedLog log)
    {
        EsmmScorer scorer = new(model);
        List<Prediction>[] scores = [[], []];
        foreach ((List<Prediction> list, int size) in scores.Zip((int[])[64, 7]))
        {
            using TextSource source = new(log, scorer.Space);
            ImpressionBatch batch = scorer.Space.CreateBatch(size);
            ScoringWorkspace workspace = scorer.CreateWorkspace();
            Prediction[] room = new Prediction[size];
            while (source.Fill(batch))
            {
                list.AddRange(scorer.Score(batch, workspace, room));
            }
        }

        Assert.Equal(scores[0], scores[1]);
        Assert.All(scores[0], p => Assert.True(p.PCtr is > 0 and < 1 && p.PCtcvr <= p.PCtr));
        return scores[0].Count;
    }
}
