using System.Globalization;
using System.Text;

namespace EsmmLite.Cli.Tests;

/// <summary>A small log with times, a group and a position that is known only afterwards.</summary>
internal static class TimedLog
{
    public const int Rows = 2000;

    public const string Config =
        """
        {
          "fields": [
            {"name": "user", "kind": "vocabulary", "dim": 4, "side": "request"},
            {"name": "item", "kind": "hashed", "buckets": 50, "dim": 4},
            {"name": "position", "kind": "numeric", "buckets": 4, "dim": 4, "serve": {"fixed": 1}}
          ],
          "labels": [{"name": "click", "counts": "binarise"}, {"name": "conversion", "timeColumn": "converted_at", "window": "7d"}],
          "time": {"column": "shown_at", "zone": "Europe/Berlin"},
          "group": "search",
          "towers": {"ctr": [8], "cvr": [8]},
          "training": {"batch": 64, "epochs": 2, "learningRate": 0.01}
        }
        """;

    /// <summary>An impression an hour from 2013-06-01 on, ten of them a search; conversions take 12 days at the most.</summary>
    public static string Text(bool withPosition = true)
    {
        var text = new StringBuilder("search,user,item,shown_at,click,conversion,converted_at" + (withPosition ? ",position" : "") + "\n");
        for (int i = 0; i < Rows; i++)
        {
            DateTime shown = new DateTime(2013, 6, 1).AddHours(i);
            bool converted = i % 15 == 0;
            string at = converted ? shown.AddHours(i * 7 % 288).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "";
            text.Append(CultureInfo.InvariantCulture, $"s{i / 10},u{i * 7 % 31},i{i * 11 % 43},{shown:yyyy-MM-dd HH:mm:ss},{(i % 5 == 0 ? 1 + (i % 3) : 0)},{(converted ? 1 : 0)},{at}");
            text.Append(withPosition ? string.Create(CultureInfo.InvariantCulture, $",{1 + (i % 10)}\n") : "\n");
        }

        return text.ToString();
    }
}
