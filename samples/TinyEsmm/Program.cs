using System.Globalization;

namespace EsmmLite.Tiny;

internal static class Program
{
    private static void Main()
    {
        TinyConfig config = TinyLog.SampleConfig();
        TinyLog log = TinyLog.Sample(config, rows: 600, seed: 7);
        var model = new TinyEsmm(config);
        Console.WriteLine($"{log.Rows} impressions, {log.Click.Count(y => y)} clicks, {log.Conversion.Count(y => y)} conversions");
        for (int epoch = 1; epoch <= 10; epoch++)
        {
            double loss = model.Epoch(log, batch: 64);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch,2}: loss {loss:F4}"));
        }

        Console.WriteLine("weights " + model.Digest());
        Console.WriteLine("state   " + model.StateDigest());
    }
}
