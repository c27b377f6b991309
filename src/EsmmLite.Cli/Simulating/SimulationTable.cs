using EsmmLite.Cli.Terminal;
using EsmmLite.Experiments.Simulation;

namespace EsmmLite.Cli.Simulating;

/// <summary>What was simulated, beside what was asked for.</summary>
internal static class SimulationTable
{
    public static void Write(FunnelSimulatorOptions options, SimulationMeasures m)
    {
        new TextTable("The log", "", ">")
            .Add("impressions", Show.Count(m.Impressions))
            .Add("clicks", Show.Count(m.Clicks))
            .Add("conversions of clicks", Show.Count(m.Conversions))
            .Add("conversions without a click", Show.Count(m.StrayConversions))
            .Write();
        new TextTable("Knobs, and what they came to", "knob", "asked>", "measured>", "measured by")
            .Add("CTR", Show.Brief(options.TargetCtr), Metric(m.TrueCtr), "mean P(click), before down-sampling")
            .Add("CVR", Show.Brief(options.TargetCvr), Metric(m.TrueCvr), "mean P(conversion) of clicked ones")
            .Add("observed shift", Show.Brief(options.ObservedShift), Metric(m.ClickLogitDeviation), "standard deviation of the click logit")
            .Add("sharing", Show.Brief(options.Sharing), Metric(m.LogitCorrelation), "correlation of the two logits")
            .Add("hidden confounding", Show.Brief(options.HiddenConfounding), Metric(m.Confounding), "CVR by the log / CVR if all were clicked")
            .Add("churn a day", Show.Brief(options.Churn), Metric(m.UnseenItems), "share of unseen items, second half")
            .Add("delay, hours", Show.Brief(options.DelayHours), Metric(m.MeanDelayHours), "mean of the conversions")
            .Write();
    }

    private static string Metric(double value) => Show.Metric(double.IsFinite(value) ? value : null);
}
