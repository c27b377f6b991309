using EsmmLite.Cli.Terminal;
using EsmmLite.Cli.Training;
using EsmmLite.Experiments;

namespace EsmmLite.Cli.Comparing;

/// <summary>Long work whose journal keeps what is done: says what an earlier run left, and after an interruption how to go on.</summary>
/// <param name="open">Opens the journal.</param>
/// <param name="path">The journal's file.</param>
/// <param name="pieces">What the journal counts, such as "repeats".</param>
internal sealed class KeptWork<TJournal>(Func<string, IReadOnlyDictionary<string, string>, TJournal> open, string path, string pieces)
    where TJournal : WorkJournal
{
    /// <summary>Does the work.</summary>
    /// <param name="identity">Everything that results depend on besides the program, part by part.</param>
    /// <param name="board">Where notes go.</param>
    /// <param name="work">The work; what it cancels becomes a message that says what was kept.</param>
    public T Run<T>(IReadOnlyDictionary<string, string> identity, ProgressBoard board, Func<TJournal, T> work)
    {
        TJournal journal = open(path, identity);
        if (journal.Resumed > 0)
        {
            board.Line("going on: " + Show.Count(journal.Resumed) + " " + pieces + " were done before");
        }

        if (journal.Changed.Count > 0)
        {
            board.Line("note: the journal in the folder is of another run (changed: " + string.Join(", ", journal.Changed) + "). Beginning anew; the earlier one is kept as " + path + WorkJournal.EarlierSuffix);
        }

        try
        {
            return work(journal);
        }
        catch (OperationCanceledException)
        {
            throw new InterruptedRun(journal.Done == 0
                ? "interrupted before the first of the " + pieces + " was done; the same command begins anew"
                : "interrupted; " + Show.Count(journal.Done) + " " + pieces + " are kept in " + path + ", and the same command goes on from there");
        }
    }
}
