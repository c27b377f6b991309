using System.Runtime.ExceptionServices;
using EsmmLite.Formats.BadInput;

namespace EsmmLite.Formats.Blocks;

/// <summary>What to do with a value of a field.</summary>
internal delegate void ValueVisitor(int field, ReadOnlySpan<byte> utf8);

/// <summary>A stretch of a log: the rows to train on, the rows set aside, and the fault that ended it, if one did.</summary>
/// <param name="fields">Number of fields.</param>
/// <param name="stages">Number of label stages.</param>
/// <param name="along">Number of columns that are taken along as text, behind the fields.</param>
internal sealed class LogBlock(int fields, int stages, int along = 0)
{
    public RowBlock Training { get; } = new(fields + along, stages);

    public RowBlock Validation { get; } = new(fields + along, stages);

    /// <summary>Counts of the rows to train on, from the beginning of the log to the end of the block.</summary>
    public FunnelCounts TrainingCounts { get; } = new(stages);

    /// <summary>Counts of the rows set aside, from the beginning of the log to the end of the block.</summary>
    public FunnelCounts ValidationCounts { get; } = new(stages);

    /// <summary>Rows read and bad rows, from the beginning of the log to the end of the block.</summary>
    public BadRowCounts BadRows { get; } = new();

    /// <summary>See <see cref="Delimited.DelimitedReader.Fingerprint"/>; null before the last block.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>What was thrown after the last row of the block.</summary>
    public ExceptionDispatchInfo? Fault { get; set; }

    /// <summary>How far the reader was at the end of the block.</summary>
    public LogProgress Progress { get; set; }

    /// <summary>Whether no block follows.</summary>
    public bool IsLast { get; set; }

    public void Clear()
    {
        Training.Clear();
        Validation.Clear();
        (Fault, Fingerprint, IsLast) = (null, null, false);
    }

    /// <summary>
    /// Work goes column by column, so the fault it meets first need not be that of the first row. This goes through the rows
    /// in the order of the log, and gives the fault that one meets who reads row by row.
    /// </summary>
    /// <param name="visit">Throws for a value that can't be used.</param>
    /// <returns>The fault with file and line; null if no row has one.</returns>
    public EsmmException? FirstFault(ValueVisitor visit)
    {
        int training = 0, validation = 0;
        while (training < Training.Count || validation < Validation.Count)
        {
            bool takeTraining = validation == Validation.Count || (training < Training.Count && Training.NumberOf(training) < Validation.NumberOf(validation));
            (RowBlock rows, int row) = takeTraining ? (Training, training++) : (Validation, validation++);
            try
            {
                for (int field = 0; field < fields; field++)
                {
                    visit(field, rows.Column(field)[row]);
                }
            }
            catch (EsmmException e)
            {
                return rows.Locate(e, row);
            }
        }

        return null;
    }
}
