using System.IO.Compression;
using EsmmLite.Features;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>
/// Coat Shopping (Schnabel et al. 2016) as a funnel: an impression is every pair of user and coat, a click a rating that the user chose to give, a conversion a
/// rating of 4 or 5. Test impressions are the randomly chosen pairs that users had to rate: all of them count as clicked, and tell
/// P(conversion if clicked) without selection.
/// </summary>
public static class CoatLog
{
    private const int LeastConversion = 4;
    private const int ValidationShare = 10;

    /// <summary>Reads the folder with the two matrices and the features.</summary>
    /// <param name="folder">Holds <c>train.ascii.gz</c>, <c>test.ascii.gz</c>, <c>user_features.ascii</c>, <c>item_features.ascii</c> and their maps.</param>
    /// <param name="dim">Length of embeddings.</param>
    /// <exception cref="EsmmException">A file is missing or has another shape.</exception>
    public static BenchLog Read(string folder, int dim)
    {
        ArgumentNullException.ThrowIfNull(folder);
        int[][] given = Matrix(Path.Combine(folder, "train.ascii.gz")), asked = Matrix(Path.Combine(folder, "test.ascii.gz"));
        (string[] userFields, string[][] users) = Features(folder, "user");
        (string[] itemFields, string[][] items) = Features(folder, "item");
        Require(users.Length == given.Length && items.Length == given[0].Length && asked.Length == given.Length && asked.All(row => row.Length == given[0].Length), folder, "matrices and features differ in their numbers of users or items");
        Schema schema = new()
        {
            Fields =
            [
                .. userFields.Select(name => new VocabularyField { Name = "user_" + name, Dim = dim, Side = Side.Request }),
                .. itemFields.Select(name => new VocabularyField { Name = "item_" + name, Dim = dim }),
            ],
            Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion" }],
        };
        FeatureLearner learner = new(schema);
        List<(int User, int Item, bool Click, bool Conversion)> training = [], validation = [], test = [];
        SplitMix random = new(1);
        for (int u = 0; u < users.Length; u++)
        {
            for (int i = 0; i < items.Length; i++)
            {
                Observe(learner, users[u], items[i]);
                (random.NextBelow(ValidationShare) == 0 ? validation : training).Add((u, i, given[u][i] > 0, given[u][i] >= LeastConversion));
                if (asked[u][i] > 0)
                {
                    test.Add((u, i, true, asked[u][i] >= LeastConversion));
                }
            }
        }

        FeatureSpace space = learner.Build();
        BenchRows Encode(List<(int User, int Item, bool Click, bool Conversion)> rows)
        {
            ImpressionBatch batch = space.CreateBatch(rows.Count);
            batch.Count = rows.Count;
            for (int r = 0; r < rows.Count; r++)
            {
                string[] values = [.. users[rows[r].User], .. items[rows[r].Item]];
                for (int f = 0; f < values.Length; f++)
                {
                    space.Encode(f, values[f], batch, r);
                }

                batch.Labels(0)[r] = rows[r].Click ? (byte)1 : (byte)0;
                batch.Labels(1)[r] = rows[r].Conversion ? (byte)1 : (byte)0;
            }

            return BenchRows.Of(space, batch);
        }

        return new BenchLog(space, Encode(training), Encode(validation), Encode(test));
    }

    private static void Observe(FeatureLearner learner, string[] user, string[] item)
    {
        for (int f = 0; f < user.Length; f++)
        {
            learner.Observe(f, user[f]);
        }

        for (int f = 0; f < item.Length; f++)
        {
            learner.Observe(user.Length + f, item[f]);
        }
    }

    /// <summary>Names of the fields, the first of which is the id, and the values of each user or item.</summary>
    private static (string[] Fields, string[][] Values) Features(string folder, string kind)
    {
        string mapPath = Path.Combine(folder, kind + "_features_map.txt"), path = Path.Combine(folder, kind + "_features.ascii");
        string[][] map = [.. Lines(mapPath).Select(line => line.Split(':', 2))];
        Require(map.All(entry => entry.Length == 2), mapPath, "a line is not 'field:value'");
        string[] fields = [.. map.Select(entry => entry[0]).Distinct()];
        string[] lines = [.. Lines(path)];
        string[][] values = new string[lines.Length][];
        for (int n = 0; n < lines.Length; n++)
        {
            string[] flags = lines[n].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Require(flags.Length == map.Length, path, FormattableString.Invariant($"line {n + 1} has {flags.Length} values, the map {map.Length}"));
            values[n] = [FormattableString.Invariant($"{n + 1}"), .. fields.Select(field => string.Join('+', map.Where((entry, k) => entry[0] == field && flags[k] == "1").Select(entry => entry[1])))];
        }

        return (["id", .. fields], values);
    }

    private static int[][] Matrix(string path)
    {
        int[][] rows = [.. Lines(path).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Length == 1 && text[0] is >= '0' and <= '5' ? text[0] - '0' : -1).ToArray())];
        Require(rows.Length > 0 && rows.All(row => row.Length == rows[0].Length && !row.Contains(-1)), path, "not a matrix of ratings from 0 to 5");
        return rows;
    }

    private static List<string> Lines(string path)
    {
        try
        {
            using Stream file = File.OpenRead(path);
            using StreamReader reader = new(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
            List<string> lines = [];
            while (reader.ReadLine() is { } line)
            {
                if (line.Trim().Length > 0)
                {
                    lines.Add(line.Trim());
                }
            }

            return lines;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new EsmmException(EsmmErrorKind.Data, fault.Message.TrimEnd('.'), path, "a file of the Coat Shopping set", innerException: fault);
        }
    }

    private static void Require(bool condition, string path, string fault)
    {
        if (!condition)
        {
            throw new EsmmException(EsmmErrorKind.Data, fault, path, "the Coat Shopping set");
        }
    }
}
