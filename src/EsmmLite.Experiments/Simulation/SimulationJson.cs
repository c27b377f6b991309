using System.Text;
using System.Text.Json;

namespace EsmmLite.Experiments.Simulation;

/// <summary>What was generated, as JSON: every knob, and what the log turned out to be.</summary>
public static class SimulationJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>One JSON object.</summary>
    public static string Write(FunnelSimulator simulator, SimulationMeasures measures)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        ArgumentNullException.ThrowIfNull(measures);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("truth", "p_click = P(y=1|x); p_conversion_clicked = P(z=1|y=1,x); p_conversion_if_clicked = P(z=1|do(click),x)");
            WriteOptions(json, simulator.Options);
            WriteCounts(json, simulator, measures);
            WriteMeasures(json, measures);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteOptions(Utf8JsonWriter json, FunnelSimulatorOptions o)
    {
        json.WriteStartObject("options");
        json.WriteNumber("seed", o.Seed);
        json.WriteNumber("observedShift", o.ObservedShift);
        json.WriteNumber("hiddenConfounding", o.HiddenConfounding);
        json.WriteNumber("sharing", o.Sharing);
        json.WriteNumber("ctr", o.TargetCtr);
        json.WriteNumber("cvr", o.TargetCvr);
        json.WriteNumber("users", o.Users);
        json.WriteNumber("items", o.Items);
        json.WriteNumber("categories", o.Categories);
        json.WriteNumber("sites", o.Sites);
        json.WriteNumber("devices", o.Devices);
        json.WriteNumber("hours", o.Hours);
        json.WriteNumber("positions", o.Positions);
        json.WriteNumber("latentDim", o.LatentDim);
        json.WriteNumber("zipfExponent", o.ZipfExponent);
        json.WriteNumber("conversionSpread", o.ConversionSpread);
        json.WriteNumber("interactionShare", o.InteractionShare);
        if (o.IdShare is { } share)
        {
            json.WriteNumber("idShare", share);
        }

        json.WriteNumber("impressionsPerDay", o.ImpressionsPerDay);
        json.WriteNumber("churn", o.Churn);
        json.WriteNumber("delayHours", o.DelayHours);
        json.WriteNumber("conversionNoise", o.ConversionNoise);
        json.WriteNumber("negativeKeep", o.NegativeKeep);
        json.WriteNumber("positionEffect", o.PositionEffect);
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, FunnelSimulator simulator, SimulationMeasures m)
    {
        json.WriteStartObject("counts");
        json.WriteNumber("drawn", simulator.Drawn);
        json.WriteNumber("impressions", m.Impressions);
        json.WriteNumber("clicks", m.Clicks);
        json.WriteNumber("conversions", m.Conversions);
        json.WriteNumber("conversionsWithoutClick", m.StrayConversions);
        json.WriteEndObject();
    }

    private static void WriteMeasures(Utf8JsonWriter json, SimulationMeasures m)
    {
        json.WriteStartObject("measured");
        Write(json, "ctr", m.Clicks / (double)m.Impressions);
        Write(json, "cvr", m.Conversions / (double)m.Clicks);
        Write(json, "trueCtr", m.TrueCtr);
        Write(json, "trueCvrOfClicked", m.TrueCvr);
        Write(json, "trueCvrOfAll", m.TrueCvrOfAll);
        Write(json, "trueCvrIfClicked", m.TrueCvrIfClicked);
        Write(json, "clickLogitDeviation", m.ClickLogitDeviation);
        Write(json, "clickedFromUnclicked", m.ClickedFromUnclicked);
        Write(json, "logitCorrelation", m.LogitCorrelation);
        Write(json, "confounding", m.Confounding);
        Write(json, "unseenUsers", m.UnseenUsers);
        Write(json, "unseenItems", m.UnseenItems);
        Write(json, "meanDelayHours", m.MeanDelayHours);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
