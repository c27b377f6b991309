using System.Globalization;

namespace EsmmLite.Experiments.Simulation;

/// <summary>The text form of a simulated log: invariant culture, no quoting (no value needs it), doubles that read back exactly.</summary>
internal static class FunnelCsv
{
    /// <summary>Names of what <see cref="WriteFields"/> writes.</summary>
    public const string FieldHeader = "user_id,item_id,category,site,device,hour,price";

    /// <summary>Room for five names, the hour, and three numbers of at most 24 characters.</summary>
    public const int LongestLine = 256;

    private const string Header = FieldHeader + ",click,conversion";
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
        Span<char> line = stackalloc char[LongestLine];
        for (long n = 0; n < impressions; n++)
        {
            simulator.Next(impression);
            WriteFields(impression, line, writer);
            WriteLabels(impression.Click, impression.Conversion, line, writer);
            if (withTruth)
            {
                line.TryWrite(CultureInfo.InvariantCulture, $",{impression.TruePCtr},{impression.TruePCvr}", out int length);
                writer.Write(line[..length]);
            }

            writer.Write('\n');
        }
    }

    /// <summary>The fields from user to price.</summary>
    /// <param name="x">The impression.</param>
    /// <param name="line">Scratch of <see cref="LongestLine"/>.</param>
    /// <param name="writer">Where they go.</param>
    public static void WriteFields(SimulatedImpression x, Span<char> line, TextWriter writer)
    {
        line.TryWrite(CultureInfo.InvariantCulture, $"{x.UserId},{x.ItemId},{x.Category},{x.Site},{x.Device},{x.Hour},{x.Price}", out int length);
        writer.Write(line[..length]);
    }

    /// <summary>The two labels, with a comma before each.</summary>
    public static void WriteLabels(bool click, bool conversion, Span<char> line, TextWriter writer)
    {
        line.TryWrite(CultureInfo.InvariantCulture, $",{(click ? '1' : '0')},{(conversion ? '1' : '0')}", out int length);
        writer.Write(line[..length]);
    }
}
