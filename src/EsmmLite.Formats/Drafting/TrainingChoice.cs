using EsmmLite.Formats.Profiling;
using EsmmLite.Training;

namespace EsmmLite.Formats.Drafting;

/// <summary>Learning rate, batch, epochs and patience: a tower without hidden layers takes larger steps; a small log is passed over often and in small batches, and early stopping finds the end; a large one says the same in few passes.</summary>
internal static class TrainingChoice
{
    private const double Rate = 0.001, RateOfLinearTower = 0.002;

    public static Explained<TrainingOptions> Of(LogProfile log)
    {
        (int batch, int epochs, int patience) = log.Rows switch
        {
            < 50_000 => (256, 60, 5),
            < 200_000 => (256, 30, 3),
            < 2_000_000 => (512, 20, 3),
            < 20_000_000 => (1024, 8, 2),
            < 100_000_000 => (2048, 4, 1),
            _ => (4096, 3, 1),
        };
        bool linear = NetworkChoice.Ctr(log).Value.Count == 0 || NetworkChoice.Cvr(log).Value.Count == 0;
        TrainingOptions options = new() { LearningRate = linear ? RateOfLinearTower : Rate, Batch = batch, Epochs = epochs, EarlyStopping = new EarlyStopping("ctcvr.logLoss", patience) };
        return new(options, Say.Count(log.Rows) + " rows" + (log.IsWhole ? "" : " and more") + ": up to " + epochs + " passes; early stopping keeps the best one, by a loss because AUC is noisier where conversions are few" + (linear ? "; larger steps for the tower without hidden layers" : ""));
    }
}
