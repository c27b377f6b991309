using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EsmmLite.Cli.Tests;

/// <summary>A model, and logs in which serving encodes something otherwise: the failure that offline figures don't show.</summary>
public sealed class DoctorFiles : IDisposable
{
    public const int Items = 3000;

    // A few items get nearly all clicks. Items that are seldom shown are out of the vocabulary, and hardly clicked.
    private const string Config =
        """
        {
          "fields": [
            {"name": "user", "kind": "hashed", "buckets": 4000, "dim": 4, "side": "request"},
            {"name": "item", "kind": "vocabulary", "dim": 8, "minCount": 10},
            {"name": "price", "kind": "numeric"},
            {"name": "position", "kind": "numeric", "buckets": 4, "dim": 2, "serve": {"fixed": 1}}
          ],
          "labels": [{"name": "click"}, {"name": "conversion"}],
          "group": "search",
          "towers": {"ctr": [16], "cvr": [16]},
          "training": {"batch": 256, "epochs": 3, "learningRate": 0.003}
        }
        """;

    public DoctorFiles()
    {
        string log = Folder.Write("log.csv", Log(30_000, 1));
        EsmmTool.Good("train", "--config", Folder.Write("esmm.json", Config), "--data", log, "--holdout", "0.2", "--out", Model);
    }

    internal TestFolder Folder { get; } = new();

    public string Model => Folder["model.safetensors"];

    public void Dispose() => Folder.Dispose();

    public static string Log(int rows, int seed, Func<string, string>? user = null, Func<string, string>? item = null, Func<double, string>? price = null, bool labels = true, bool leaks = false)
    {
        var random = new Random(seed);
        var text = new StringBuilder("search,user,item,price" + (labels ? ",position,click,conversion" : "") + "\n");
        for (int i = 0; i < rows; i++)
        {
            bool isPopular = random.Next(2) == 0;
            int id = isPopular ? random.Next(20) : 20 + random.Next(Items);
            string u = random.Next(1500).ToString(CultureInfo.InvariantCulture), it = (100_000 + id).ToString(CultureInfo.InvariantCulture);
            bool click = isPopular && random.NextDouble() < (id % 2 == 0 ? 0.5 : 0.1), conversion = click && random.NextDouble() < 0.3;
            double cost = leaks && conversion ? 90 + random.NextDouble() : 5 + (id % 40) + random.NextDouble();
            text.Append(CultureInfo.InvariantCulture, $"{i / 10},{user?.Invoke(u) ?? u},{item?.Invoke(it) ?? it},{price?.Invoke(cost) ?? cost.ToString("F2", CultureInfo.InvariantCulture)}");
            text.Append(labels ? string.Create(CultureInfo.InvariantCulture, $",{i % 10},{(click ? 1 : 0)},{(conversion ? 1 : 0)}\n") : "\n");
        }

        return text.ToString();
    }
}

public sealed class DoctorTests(DoctorFiles files) : IClassFixture<DoctorFiles>
{
    private static string Prefixed(string id) => "item_" + id;

    private static string Float(string id) => id + ".0";

    [Fact]
    public void LogsLikeTheTrainingLogAreGood()
    {
        using JsonDocument json = Doctor(0, DoctorFiles.Log(5_000, 2));
        Assert.Equal(("Nothing was found: this data looks like what the model was trained on.", 0), (json.RootElement.GetProperty("verdict").GetString(), json.RootElement.GetProperty("findings").GetArrayLength()));
        Assert.InRange(json.RootElement.GetProperty("labels").GetProperty("ctrAuc").GetDouble(), 0.85, 1);
        Assert.Equal(["user", "item", "price"], json.RootElement.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("item_", "")]
    [InlineData("", ".0")]
    public void IdsThatServingWritesOtherwiseAreFound(string inFront, string behind)
    {
        // Offline all is fine.
        using JsonDocument offline = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", files.Model, "--data", files.Folder.Write("test.csv", DoctorFiles.Log(5_000, 3)), "--json").Output);
        Assert.InRange(offline.RootElement.GetProperty("ctr").GetProperty("auc").GetDouble(), 0.85, 1);

        // Online every item is unknown, as those were that nobody clicked: all scores are near 0.
        using JsonDocument online = Doctor(5, DoctorFiles.Log(5_000, 4, item: id => inFront + id + behind, labels: false));
        JsonElement root = online.RootElement, item = Field(root, "item"), scores = root.GetProperty("scores").GetProperty("pctr");
        Assert.InRange(scores.GetProperty("greatest").GetDouble(), 0, 0.05);
        Assert.Equal(("item", 1), (root.GetProperty("lookAt").GetString(), item.GetProperty("unseen").GetDouble()));
        Assert.StartsWith("Something is wrong. Look at the field item first.", root.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.Equal(inFront.Length > 0 ? "without what stands before the digits" : "without \".0\" behind", item.GetProperty("guess").GetString());
        Assert.Equal(0, Field(root, "user").GetProperty("unseen").GetDouble(), 0.01);
        Assert.Contains(root.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("what").GetString()!.StartsWith("the mean pCTR is ", StringComparison.Ordinal));
    }

    [Fact]
    public void HashedIdsAreFoundThoughTheyHaveNoVocabulary()
    {
        using JsonDocument json = Doctor(5, DoctorFiles.Log(5_000, 5, user: id => "U-" + id));
        Assert.Equal("user", json.RootElement.GetProperty("lookAt").GetString());
        Assert.Equal("without what stands before the digits", Field(json.RootElement, "user").GetProperty("guess").GetString());

        // Half of the traffic is enough.
        int row = 0;
        using JsonDocument half = Doctor(5, DoctorFiles.Log(5_000, 5, user: id => row++ % 2 == 0 ? "U-" + id : id));
        Assert.Equal("user", half.RootElement.GetProperty("lookAt").GetString());
        Assert.Equal(0.5, Field(half.RootElement, "user").GetProperty("unseen").GetDouble(), 0.03);
    }

    [Fact]
    public void OtherUnitsMissingAndUnreadableValuesAreFound()
    {
        using JsonDocument cents = Doctor(5, DoctorFiles.Log(5_000, 6, price: price => ((int)(100 * price)).ToString(CultureInfo.InvariantCulture)));
        Assert.Equal("price", cents.RootElement.GetProperty("lookAt").GetString());
        Assert.InRange(Field(cents.RootElement, "price").GetProperty("drift").GetDouble(), 1, 100);

        using JsonDocument missing = Doctor(5, DoctorFiles.Log(5_000, 7, item: _ => ""));
        Assert.Equal(("item", 1), (missing.RootElement.GetProperty("lookAt").GetString(), Field(missing.RootElement, "item").GetProperty("now").GetProperty("missing").GetDouble()));

        using JsonDocument refused = Doctor(5, DoctorFiles.Log(5_000, 8, price: price => "EUR " + price.ToString("F2", CultureInfo.InvariantCulture)));
        Assert.Equal(("price", 1), (refused.RootElement.GetProperty("lookAt").GetString(), Field(refused.RootElement, "price").GetProperty("refused").GetDouble()));
        Assert.Equal(0, refused.RootElement.GetProperty("scores").GetProperty("pctr").GetProperty("rows").GetInt64());
        Assert.Equal(JsonValueKind.Null, refused.RootElement.GetProperty("scores").GetProperty("pctr").GetProperty("mean").ValueKind);
        Assert.Equal("Something is wrong: no row could be scored. Look at the field price first.", refused.RootElement.GetProperty("verdict").GetString());
        ToolRun tables = EsmmTool.Run("doctor", "--model", files.Model, "--data", files.Folder["new.csv"]);
        Assert.Matches(@"pCTR +n/a +n/a +n/a +n/a +n/a +n/a +0\.", tables.Output);
    }

    [Fact]
    public void FieldsOfTheRequestAreCountedByRequests()
    {
        // A number of the request: few requests of 50 rows tell nothing of it, many in another unit do.
        string model = files.Folder["requests.safetensors"];
        EsmmTool.Good("train", "--config", files.Folder["esmm.json"], "--data", files.Folder.Write("requests.csv", Requests(400, 13, 1)), "--out", model, "--set", "fields.price.side=request");
        using JsonDocument few = Doctor(0, Requests(5, 14, 1), model);
        Assert.Equal(5, Field(few.RootElement, "price").GetProperty("observations").GetDouble(), 1e-9);
        Assert.DoesNotContain(few.RootElement.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("field").GetString() == "price");
        using JsonDocument cents = Doctor(5, Requests(100, 15, 100), model);
        Assert.Equal("price", cents.RootElement.GetProperty("lookAt").GetString());
    }

    private static string Requests(int requests, int seed, int factor)
    {
        var text = new StringBuilder("search,user,item,price,position,click,conversion\n");
        var random = new Random(seed);
        for (int request = 0; request < requests; request++)
        {
            (int user, double price) = (random.Next(1_000_000), factor * (5 + (45 * random.NextDouble())));
            for (int row = 0; row < 50; row++)
            {
                int item = random.Next(40);
                bool click = item % 4 == 0 && random.Next(2) == 0;
                text.Append(CultureInfo.InvariantCulture, $"{request},{user % 20},{item},{price:F2},{row},{(click ? 1 : 0)},{(click && random.Next(3) == 0 ? 1 : 0)}\n");
            }
        }

        return text.ToString();
    }

    [Fact]
    public void ConversionsAreThoseThatEvaluationCounts()
    {
        // Three labels: to plain ESMM the second is the conversion, to a model of the whole funnel the last.
        string log = files.Folder.Write("three.csv", string.Join('\n', DoctorFiles.Log(4_000, 21).TrimEnd('\n').Split('\n').Select((line, i) => line + (i == 0 ? ",refund" : line.EndsWith(",1", StringComparison.Ordinal) && i % 2 == 0 ? ",1" : ",0"))));
        List<long> conversions = [];
        foreach (string kind in (string[])["esmm", "chain"])
        {
            string model = files.Folder["three-" + kind + ".safetensors"];
            string config = File.ReadAllText(files.Folder["esmm.json"]).Replace("{\"name\": \"conversion\"}", "{\"name\": \"conversion\"}, {\"name\": \"refund\"}", StringComparison.Ordinal)
                .Replace("\"cvr\": [16]}", kind == "chain" ? "\"cvr\": [16]}, \"model\": {\"kind\": \"chain\"}" : "\"cvr\": [16]}", StringComparison.Ordinal);
            using JsonDocument trained = JsonDocument.Parse(EsmmTool.Good("train", "--config", files.Folder.Write("three-" + kind + ".json", config), "--data", log, "--out", model, "--set", "training.epochs=1", "--json").Output);
            using JsonDocument evaluated = JsonDocument.Parse(EsmmTool.Good("evaluate", "--model", model, "--data", log, "--json").Output);
            using JsonDocument checkedNow = JsonDocument.Parse(EsmmTool.Run("doctor", "--model", model, "--data", log, "--json").Output);
            long counted = trained.RootElement.GetProperty("training").GetProperty("conversions").GetInt64();
            Assert.Equal(counted, evaluated.RootElement.GetProperty("conversions").GetInt64());
            Assert.Equal(counted, checkedNow.RootElement.GetProperty("labels").GetProperty("conversions").GetInt64());
            Assert.Equal(evaluated.RootElement.GetProperty("ctcvr").GetProperty("auc").GetDouble(), checkedNow.RootElement.GetProperty("labels").GetProperty("ctcvrAuc").GetDouble(), 1e-6);
            conversions.Add(counted);
        }

        Assert.InRange(conversions[1], 1, conversions[0] - 1);
    }

    [Fact]
    public void LeaksAreFoundWhereThereAreLabels()
    {
        using JsonDocument json = Doctor(5, DoctorFiles.Log(20_000, 9, leaks: true));
        Assert.Equal("price", json.RootElement.GetProperty("lookAt").GetString());
        Assert.Contains("conversion", Field(json.RootElement, "price").GetProperty("leak").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TheAnswerFitsTheScreenAndStandardInputWorks()
    {
        string log = DoctorFiles.Log(3_000, 10, user: id => "U-" + id, item: Prefixed, price: price => "9" + price.ToString("F2", CultureInfo.InvariantCulture), labels: false);
        ToolRun run = EsmmTool.RunWithInput(Encoding.UTF8.GetBytes(log), "doctor", "--model", files.Model, "--data", "-", "--all", "--rows", "2000");
        Assert.Equal(5, run.Code);
        Assert.StartsWith("Something is wrong. Look at the field ", run.Output, StringComparison.Ordinal);
        Assert.Contains("the first 2,000 rows", run.Output, StringComparison.Ordinal);
        Assert.Contains("(item_1", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        Assert.Contains("looking", run.Error, StringComparison.Ordinal);
        EsmmTool.Bad(3, "there are no rows", "doctor", "--model", files.Model, "--data", files.Folder.Write("empty.csv", "search,user,item,price\n"));
        EsmmTool.Bad(3, "price", "doctor", "--model", files.Model, "--data", files.Folder.Write("short.csv", "search,user,item\n1,2,3\n"));
    }

    [Fact]
    public void FloatsOfAnIntegerFieldAreNoFault()
    {
        string model = files.Folder["integers.safetensors"];
        EsmmTool.Good("train", "--config", files.Folder["esmm.json"], "--data", files.Folder["log.csv"], "--out", model, "--set", "fields.item.integer=true");
        using JsonDocument json = Doctor(0, DoctorFiles.Log(5_000, 11, item: Float), model);
        Assert.Equal(0, json.RootElement.GetProperty("findings").GetArrayLength());

        // A prefix is refused there, and explained.
        using JsonDocument prefixed = Doctor(5, DoctorFiles.Log(5_000, 12, item: Prefixed), model);
        Assert.Equal("without what stands before the digits", Field(prefixed.RootElement, "item").GetProperty("guess").GetString());
    }

    private JsonDocument Doctor(int code, string log, string? model = null)
    {
        ToolRun run = EsmmTool.Run("doctor", "--model", model ?? files.Model, "--data", files.Folder.Write("new.csv", log), "--json");
        Assert.True(run.Code == code, "code " + run.Code + "\n" + run.Output + run.Error);
        return JsonDocument.Parse(run.Output);
    }

    private static JsonElement Field(JsonElement root, string name) => root.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == name);
}
