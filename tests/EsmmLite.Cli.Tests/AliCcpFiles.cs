using System.Text;

namespace EsmmLite.Cli.Tests;

/// <summary>Four files made to the format of the raw Ali-CCP log.</summary>
internal static class AliCcpFiles
{
    private const int Users = 100;
    private const int Items = 60;

    /// <summary>Writes rows of which every fifth is clicked, and every 50th bought without a click.</summary>
    public static void Write(string folder, int rows)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(7);
        foreach (string part in (string[])["train", "test"])
        {
            var common = new StringBuilder();
            for (int u = 0; u < Users; u++)
            {
                common.Append($"{part}{u},4,{Feature("101", u)}\u0001{Feature("121", u % 5)}\u0001{Feature("109_14", u % 7)}\u0001{Feature("109_14", u % 11, "0.5")}\n");
            }

            File.WriteAllText(Path.Combine(folder, $"common_features_{part}.csv"), common.ToString());
            using var skeleton = new StreamWriter(Path.Combine(folder, $"sample_skeleton_{part}.csv"));
            for (int r = 0; r < rows; r++)
            {
                int item = random.Next(Items), user = random.Next(Users);
                (int click, int buy) = r % 50 == 0 ? (0, 1) : r % 5 == 1 ? (1, (item + user) % 3 == 0 ? 1 : 0) : (0, 0);
                skeleton.Write($"{r},{click},{buy},{part}{user},3,{Feature("205", item)}\u0001{Feature("206", item % 9)}\u0001{Feature("508", item % 4, "2.5")}\n");
            }
        }
    }

    private static string Feature(string field, int id, string value = "1.0") => field + '\u0002' + id + '\u0003' + value;
}
