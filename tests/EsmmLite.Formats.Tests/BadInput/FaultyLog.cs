using System.Globalization;
using EsmmLite.Features;

namespace EsmmLite.Formats.Tests.BadInput;

/// <summary>Two logs of the same rows: one clean, one with every tenth line bad in one of many ways. Nothing is random.</summary>
internal sealed class FaultyLog
{
    /// <summary>Each kind of fault: what stands in the line, and the reason it is counted under. U, I, P, A stand for a good user, item, price, age.</summary>
    public static readonly (string Line, string Reason)[] Kinds =
    [
        ("U", "too few fields"),
        ("U,I,P,A,0,0,2024-01-01T00:00:00Z", "too few fields"),
        ("U,I,P,A,0,0,2024-01-01T00:00:00Z,,,", "too many fields"),
        ("\"U,I\",P,A,0,0,2024-01-01T00:00:00Z,", "too few fields"),
        ("U\0,I,P,A,0,0,2024-01-01T00:00:00Z,", "NUL character"),
        ("U,I,cheap,A,0,0,2024-01-01T00:00:00Z,", "price: not a number"),
        ("U,I,\"1,5\",A,0,0,2024-01-01T00:00:00Z,", "price: not a number"),
        ("U,I,\"1\n2\",A,0,0,2024-01-01T00:00:00Z,", "price: not a number"),
        ("U,I,NaN,A,0,0,2024-01-01T00:00:00Z,", "price: not finite"),
        ("U,I,-Infinity,A,0,0,2024-01-01T00:00:00Z,", "price: not finite"),
        ("U,I,1e999,A,0,0,2024-01-01T00:00:00Z,", "price: not finite"),
        ("U,I,P,1e39,0,0,2024-01-01T00:00:00Z,", "age: too large for a float"),
        ("U,I,P,12 years,0,0,2024-01-01T00:00:00Z,", "age: not a number"),
        ("U,I,P,0x1F,0,0,2024-01-01T00:00:00Z,", "age: not a number"),
        ("U,seven,P,A,0,0,2024-01-01T00:00:00Z,", "item: not an integer"),
        ("U,1.5,P,A,0,0,2024-01-01T00:00:00Z,", "item: not an integer"),
        ("U,I,P,A,2,0,2024-01-01T00:00:00Z,", "click: neither 0 nor 1"),
        ("U,I,P,A,yes,0,2024-01-01T00:00:00Z,", "click: neither 0 nor 1"),
        ("U,I,P,A,,0,2024-01-01T00:00:00Z,", "click: neither 0 nor 1"),
        ("U,I,P,A,1,-1,2024-01-01T00:00:00Z,", "conversion: no count"),
        ("U,I,P,A,1,1.5,2024-01-01T00:00:00Z,", "conversion: no count"),
        ("U,I,P,A,0,0,yesterday,", "shown: no usable time"),
        ("U,I,P,A,0,0,,", "shown: no usable time"),
        ("U,I,P,A,1,1,2024-01-01T00:00:00Z,", "bought: no usable time"),
        ("U,I,P,A,1,3,2024-01-02T00:00:00Z,2024-01-01T00:00:00Z", "bought: no usable time"),
    ];

    public static Schema Schema { get; } = new()
    {
        Fields =
        [
            new HashedField { Name = "user", Buckets = 500, Dim = 4, Side = Side.Request },
            new VocabularyField { Name = "item", Dim = 4, Integer = true, MinCount = 2 },
            new NumericField { Name = "price", Log = true },
            new NumericField { Name = "age", Buckets = 8, Dim = 2 },
        ],
        Labels = [new LabelStage { Name = "click" }, new LabelStage { Name = "conversion", BinariseCounts = true, TimeColumn = "bought" }],
        Time = new ImpressionTime { Column = "shown" },
    };

    private readonly SortedDictionary<string, long> _reasons = new(StringComparer.Ordinal);
    private readonly List<(long Line, string Reason, string Record)> _kept = [];

    /// <param name="clean">The file without faults.</param>
    /// <param name="faulty">The file with them.</param>
    /// <param name="rows">Rows of the faulty log.</param>
    public FaultyLog(string clean, string faulty, int rows)
    {
        using StreamWriter good = Begin(clean), all = Begin(faulty);
        long line = 2;
        for (int i = 0; i < rows; i++)
        {
            string user = "u" + (i * 7919L % 977).ToString(CultureInfo.InvariantCulture), item = (i * 31L % 211).ToString(CultureInfo.InvariantCulture);
            string price = (i % 97 * 0.25).ToString(CultureInfo.InvariantCulture), age = i % 13 == 0 ? "" : (i % 71).ToString(CultureInfo.InvariantCulture);
            if (i % 10 == 3)
            {
                (string template, string reason) = Kinds[i / 10 % Kinds.Length];
                string record = template.Replace("U", user, StringComparison.Ordinal).Replace(",I", "," + item, StringComparison.Ordinal).Replace(",P", "," + price, StringComparison.Ordinal).Replace(",A", "," + age, StringComparison.Ordinal);
                all.Write(record + "\n");
                _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
                _kept.Add((line, reason, record));
                line += record.Contains('\n', StringComparison.Ordinal) ? 2 : 1;
            }
            else
            {
                bool click = (i * 48271L % 1009) % 5 == 0 || i % 97 > 80, conversion = click && i % 3 == 0;
                string row = string.Create(CultureInfo.InvariantCulture, $"{user},{item},{price},{age},{(click ? 1 : 0)},{(conversion ? i % 4 + 1 : 0)},2024-01-{i % 28 + 1:00}T10:00:00Z,{(conversion ? "2024-02-01T00:00:00Z" : "")}\n");
                good.Write(row);
                all.Write(row);
                line++;
            }
        }
    }

    /// <summary>How often each reason occurs in the faulty log.</summary>
    public IReadOnlyDictionary<string, long> Reasons => _reasons;

    /// <summary>The bad rows, with their lines.</summary>
    public IReadOnlyList<(long Line, string Reason, string Record)> Kept => _kept;

    private static StreamWriter Begin(string path)
    {
        var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine("user,item,price,age,click,conversion,shown,bought");
        return writer;
    }
}
