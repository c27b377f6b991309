using System.Globalization;
using EsmmLite.Cli.Terminal;
using EsmmLite.Training;

namespace EsmmLite.Cli.Training;

/// <summary>Shows training as it goes: speed, time left and losses; at the end of an epoch a line that stays.</summary>
internal sealed class TrainingView(ProgressBoard board, ProgressPhase phase, TrainingOptions options, TrainingPosition begun = default) : IProgress<TrainingProgress>
{
    private const int LossDigits = 5;

    private readonly long _start = Environment.TickCount64;
    private bool _titled;

    public void Report(TrainingProgress value)
    {
        double epochs = (value.Epoch - 1 + value.Impressions / (double)Math.Max(1, value.ImpressionsInEpoch)) / Math.Max(1, value.Epochs);
        double steps = options.Steps is { } limit ? value.Step / (double)Math.Max(1, limit) : 0;
        double seconds = (Environment.TickCount64 - _start) / 1000.0;
        long impressions = ((value.Epoch - 1 - begun.Epoch) * value.ImpressionsInEpoch) + value.Impressions - begun.Impressions;
        string speed = seconds > 0.2 ? Show.Count((long)(impressions / seconds)) + " impressions/s  " : "";
        phase.Report(Math.Max(epochs, steps), $"epoch {value.Epoch}/{value.Epochs}  {speed}CTR {Loss(Of(value.Losses, "ctr"))} CTCVR {Loss(Of(value.Losses, "ctcvr"))}");
        if (value.EpochEnded)
        {
            EpochLine(value);
        }
    }

    private void EpochLine(TrainingProgress epoch)
    {
        if (!_titled)
        {
            board.Line("epoch   CTR loss  CTCVR loss   CTR AUC  CVR AUC  CTCVR AUC  CTCVR log loss");
        }

        _titled = true;
        board.Line(string.Format(CultureInfo.InvariantCulture, "{0,5}{1,11}{2,12}{3,10}{4,9}{5,11}{6,16}", epoch.Epoch, Loss(Of(epoch.Losses, "ctr")), Loss(Of(epoch.Losses, "ctcvr")),
            Show.Metric(epoch.Validation?.Ctr.Auc), Show.Metric(epoch.Validation?.Cvr.Auc), Show.Metric(epoch.Validation?.Ctcvr.Auc), Loss(epoch.Validation?.Ctcvr.LogLoss)));
    }

    /// <summary>A loss by name; null when the objective has none of that name.</summary>
    public static double? Of(IReadOnlyList<LossValue> losses, string name) => losses.Where(loss => loss.Name == name).Select(loss => (double?)loss.Value).FirstOrDefault();

    public static string Loss(double? loss) => loss?.ToString("F" + LossDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) ?? "n/a";
}
