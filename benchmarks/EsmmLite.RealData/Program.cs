using System.Globalization;
using EsmmLite.RealData;
using EsmmLite.RealData.Comparison;

const string Usage = "usage: dotnet run -c Release --project benchmarks/EsmmLite.RealData -- --data DIR [--seeds N] [--set PATH=VALUE]... [--only NAME] [--init] [--update-docs]";
const string Begin = "<!-- real-data:begin -->", End = "<!-- real-data:end -->";

string? data = null;
int? seeds = null; // as many as each set asks for
bool update = false;
bool init = false;
string? only = null;
List<string> overrides = [];
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--data" when i + 1 < args.Length:
            data = args[++i];
            break;
        case "--seeds" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int given) && given >= 2:
            seeds = given;
            i++;
            break;
        case "--set" when i + 1 < args.Length:
            overrides.Add(args[++i]);
            break;
        case "--only" when i + 1 < args.Length:
            only = args[++i];
            break;
        case "--init":
            init = true;
            break;
        case "--update-docs":
            update = true;
            break;
        default:
            Console.Error.WriteLine("'" + args[i] + "' is not understood, or its value is missing; at least 2 seeds are needed");
            Console.Error.WriteLine(Usage);
            return 2;
    }
}

if (data is null || !Directory.Exists(data))
{
    Console.Error.WriteLine(data is null ? Usage : "there is no folder " + data);
    return 2;
}

string? root = AppContext.BaseDirectory;
while (root is not null && !File.Exists(Path.Combine(root, "EsmmLite.sln")))
{
    root = Path.GetDirectoryName(root);
}

if (root is null)
{
    Console.Error.WriteLine("the repository, with its samples, is not above this program");
    return 2;
}

List<(RealDataSet Set, IReadOnlyList<SeedResult> Results)> all = [];
foreach (RealDataSet set in (init ? RealDataSet.WithDraft : RealDataSet.All).Where(set => only is null || set.Name == only))
{
    if (!File.Exists(Path.Combine(data, set.File)))
    {
        Console.Error.WriteLine(set.Name + " is left out: there is no " + set.File);
        continue;
    }

    (string subject, string baseline) = init ? ("init", "sample") : ("ESMM", "floor");
    void Show(SeedResult r) => Console.Error.WriteLine(set.Name + ", seed " + Text(r.Seed) + ": " + subject + " " + Text(r.Subject) + "; " + baseline + " " + Text(r.Baseline));
    string samples = Path.Combine(root, "samples");
    IReadOnlyList<SeedResult> results = init ? DraftAndSample.Run(set, data, samples, seeds ?? set.Seeds, Show, overrides) : EsmmAndFloor.Run(set, data, samples, seeds ?? set.Seeds, Show, overrides);
    Console.Error.WriteLine($"{set.Name}: mean validation log loss of CTCVR: {subject} {Text(results.Average(r => r.Subject.ValidationLoss))}, {baseline} {Text(results.Average(r => r.Baseline.ValidationLoss))}");
    if (results.Any(r => r.Counts != set.Counts))
    {
        Console.Error.WriteLine($"{set.Name}: {results[0].Counts} were read, {set.Counts} were expected");
        return 1;
    }

    all.Add((set, results));
}

string table = init ? DraftTable.Of(all) : MarkdownTable.Of(all);
Console.WriteLine(table);
if (update)
{
    if (init || all.Count < RealDataSet.All.Count || overrides.Count > 0 || seeds is not null)
    {
        Console.Error.WriteLine("docs/real-data.md is left as it is: the table is not complete, or not of the samples and seeds as they are");
        return 1;
    }

    string page = Path.Combine(root, "docs", "real-data.md"), text = File.ReadAllText(page);
    int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
    if (begin < 0 || end < begin)
    {
        Console.Error.WriteLine("docs/real-data.md has no place for the table between " + Begin + " and " + End);
        return 1;
    }

    File.WriteAllText(page, text[..(begin + Begin.Length)] + "\n" + table + text[end..]);
}

return 0;

static string Text(object value) => value is Trained t
    ? string.Create(CultureInfo.InvariantCulture, $"{t.Test.Ctr.Auc:F4} {t.Test.Cvr.Auc:F4} {t.Test.Ctcvr.Auc:F4} (epoch {t.Epoch}, rate {t.Rate})")
    : string.Create(CultureInfo.InvariantCulture, $"{value:0.#####}");
