using System.Globalization;
using System.Text;

namespace EsmmLite.Formats.Tests.Drafting;

/// <summary>A log with one column of each kind that people meet: 600 searches of 10 rows.</summary>
internal static class MessyLog
{
    public const int Searches = 600;

    public static string Text()
    {
        var random = new Random(11);
        var text = new StringBuilder(",search_id,asked_at,country_id,item_id,price,stars,score,title,version,coupon,position,dwell_seconds,revenue,status,token,zip,age,channel,click,conversion\n");
        int row = 0;
        for (int search = 0; search < Searches; search++)
        {
            int country = 1 + (random.Next(30) * random.Next(30) / 30);
            string channel = random.Next(3) switch { 0 => "web", 1 => "phone", _ => "NA" };
            int age = 18 + random.Next(20) + random.Next(20) + random.Next(20);
            for (int place = 1; place <= 10; place++)
            {
                double price = row == 77 ? 400_000 : Math.Round(Math.Exp(4 + (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2), 2);
                int item = 3 * random.Next(80) * random.Next(2);
                bool click = random.NextDouble() < 0.9 / (place + 1) * (price < 60 ? 1 : 0.5);
                bool conversion = click && random.Next(2) == 0;
                string[] values =
                [
                    Say(row), Say(900_000 + (search * 7919 % 100_000)), new DateTime(2024, 3, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(search * 97).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    Say(country), Say(item), Say(price), random.Next(12) == 0 ? "NULL" : Say(1 + random.Next(5)), random.Next(5) == 0 ? "" : random.Next(100) == 0 ? "error" : Say(Math.Round(random.NextDouble(), 4)),
                    "A quiet room with a view of number " + Say(random.Next(3000)), "v2", random.Next(150) == 0 ? "SAVE" : "", Say(place), click ? Say(1 + random.Next(300)) : "0",
                    conversion ? Say(price) : "", conversion ? "done" : click ? "left" : "shown", Guid(random), "0" + Say(1000 + random.Next(40)), Say(age), channel, click ? "1" : "0", conversion ? "1" : "0",
                ];
                text.AppendJoin(',', values).Append('\n');
                row++;
            }
        }

        return text.ToString();
    }

    private static string Guid(Random random) => random.NextInt64().ToString("x16", CultureInfo.InvariantCulture);

    private static string Say(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
