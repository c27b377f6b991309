using System.Globalization;

namespace EsmmLite.Experiments.Simulation;

/// <summary>The text form of a simulated log: invariant culture, no quoting (no value needs it), doubles that read back exactly.</summary>
internal static class FunnelCsv
{
    private const string Header = "user_id,item_id,category,site,device,hour,price,click,conversion";
    private const string TruthHeader = ",true_pctr,true_pcvr";

    public static void Write(FunnelSimulator simulator, long impressions, TextWriter writer, bool withTruth)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(writer);
        if (impressions < 0)
        {
            throw new EsmmException(
                EsmmErrorKind.Usage,
                string.Create(CultureInfo.InvariantCulture, $"impressions is {impressions}"),
                "FunnelSimulator.WriteCsv",
                "at least 0");
        }

        writer.Write(Header);
        writer.Write(withTruth ? TruthHeader : "");
        writer.Write('\n');
        SimulatedImpression impression = new();

        // Room for five names, the hour, and three numbers of at most 24 characters.
        Span<char> line = stackalloc char[256];
        for (long n = 0; n < impressions; n++)
        {
            simulator.Next(impression);
            CultureInfo invariant = CultureInfo.InvariantCulture;
            line.TryWrite(
                invariant,
                $"{impression.UserId},{impression.ItemId},{impression.Category},{impression.Site},{impression.Device},{impression.Hour},{impression.Price},{(impression.Click ? '1' : '0')},{(impression.Conversion ? '1' : '0')}",
                out int length);
            writer.Write(line[..length]);
            if (withTruth)
            {
                line.TryWrite(invariant, $",{impression.TruePCtr},{impression.TruePCvr}", out length);
                writer.Write(line[..length]);
            }

            writer.Write('\n');
        }
    }
}
