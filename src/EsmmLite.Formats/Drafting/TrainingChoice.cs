using EsmmLite.Formats.Profiling;
using EsmmLite.Training;

namespace EsmmLite.Formats.Drafting;

/// <summary>Batch, epochs and patience: a small log is passed over often and in small batches, and early stopping finds the end; a large one says the same in few passes.</summary>
internal static class TrainingChoice
{
    public static Explained<TrainingOptions> Of(LogProfile log)
    {
        (int batch, int epochs, int patience) = log.Rows switch
        {
            < 200_000 => (256, 60, 5),
            < 2_000_000 => (512, 20, 3),
            < 20_000_000 => (1024, 8, 2),
            < 100_000_000 => (2048, 4, 1),
            _ => (4096, 3, 1),
        };
        TrainingOptions options = new() { Batch = batch, Epochs = epochs, EarlyStopping = new EarlyStopping("ctcvr.logLoss", patience) };
        return new(options, Say.Count(log.Rows) + " rows" + (log.IsWhole ? "" : " and more") + ": up to " + epochs + " passes; early stopping keeps the best one, by a loss because AUC is noisier where conversions are few");
    }
}
