using System.Globalization;

namespace EsmmLite.Experiments.Simulation;

/// <summary>
/// Writes a simulated log as two CSV files: what a log shows, and the truth, in a file of its own so that no model sees it by accident.
/// Both count impressions from 1 in their first column. Memory does not grow with the log.
/// </summary>
public sealed class SimulatedLogWriter
{
    private const string TimeFormat = "u"; // 2026-01-01 00:00:00Z

    private readonly FunnelSimulator _simulator;
    private readonly bool _times;
    private readonly bool _delays;
    private readonly bool _positions;

    /// <summary>Prepares.</summary>
    /// <param name="simulator">Where the impressions come from.</param>
    public SimulatedLogWriter(FunnelSimulator simulator)
    {
        ArgumentNullException.ThrowIfNull(simulator);
        _simulator = simulator;
        _times = simulator.Options.ImpressionsPerDay > 0;
        _delays = simulator.Options.DelayHours > 0;
        _positions = simulator.Options.PositionEffect > 0;
    }

    /// <summary>Columns of the log.</summary>
    public IReadOnlyList<string> Columns => [.. Header().Split(',')];

    /// <summary>Writes the next impressions.</summary>
    /// <param name="rows">Number of impressions.</param>
    /// <param name="log">Where the log goes; not flushed or closed.</param>
    /// <param name="truth">Where the truth goes.</param>
    /// <param name="progress">Told the impressions written, now and then.</param>
    /// <param name="token">Stops between two impressions.</param>
    /// <returns>What the log turned out to be.</returns>
    public SimulationMeasures Write(long rows, TextWriter log, TextWriter truth, IProgress<long>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        SimulationMeasures measures = new(rows, _simulator.Options.NegativeKeep);
        SimulatedImpression x = new();
        Span<char> line = stackalloc char[FunnelCsv.LongestLine];
        log.Write(Header() + "\n");
        truth.Write("impression,p_click,p_conversion_clicked,p_conversion_if_clicked\n");
        for (long n = 1; n <= rows; n++)
        {
            if (n % 4096 == 0)
            {
                token.ThrowIfCancellationRequested();
                progress?.Report(n);
            }

            _simulator.Next(x);
            measures.Add(x);
            WriteLog(n, x, line, log);
            line.TryWrite(CultureInfo.InvariantCulture, $"{n},{x.TruePCtr},{x.TruePCvr},{x.TruePCvrIfClicked}\n", out int length);
            truth.Write(line[..length]);
        }

        return measures;
    }

    private string Header() =>
        "impression," + (_times ? "time," : "") + FunnelCsv.FieldHeader + (_positions ? ",position" : "") + ",click,conversion" + (_delays ? ",conversion_time" : "");

    private void WriteLog(long n, SimulatedImpression x, Span<char> line, TextWriter log)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        line.TryWrite(invariant, $"{n},", out int length);
        log.Write(line[..length]);
        if (_times)
        {
            x.Time.TryFormat(line, out length, TimeFormat, invariant);
            log.Write(line[..length]);
            log.Write(',');
        }

        FunnelCsv.WriteFields(x, line, log);
        if (_positions)
        {
            line.TryWrite(invariant, $",{x.Position}", out length);
            log.Write(line[..length]);
        }

        bool conversion = x.Conversion || x.StrayConversion;
        FunnelCsv.WriteLabels(x.Click, conversion, line, log);
        if (_delays)
        {
            log.Write(',');
            if (conversion)
            {
                (x.Time + x.Delay).TryFormat(line, out length, TimeFormat, invariant);
                log.Write(line[..length]);
            }
        }

        log.Write('\n');
    }
}
