using System.Globalization;
using System.Text;

namespace EsmmLite.Cli.Tests;

/// <summary>A small log and a config for it, made of nothing random.</summary>
internal static class SmallLog
{
    public const string Config =
        """
        {
          "fields": [
            {"name": "user", "kind": "vocabulary", "dim": 4, "side": "request"},
            {"name": "item", "kind": "hashed", "buckets": 50, "dim": 4},
            {"name": "price", "kind": "numeric"}
          ],
          "labels": [{"name": "click"}, {"name": "conversion"}],
          "towers": {"ctr": [8], "cvr": [8]},
          "training": {"batch": 64, "epochs": 2, "learningRate": 0.01}
        }
        """;

    public static string Text(int rows, string? lastRow = null)
    {
        var text = new StringBuilder("user,item,price,click,conversion\n");
        for (int i = 0; i < rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"u{i * 7 % 31},i{i * 11 % 43},{i % 13}.5,{(i % 5 == 0 ? 1 : 0)},{(i % 15 == 0 ? 1 : 0)}\n");
        }

        return text.Append(lastRow).ToString();
    }
}
