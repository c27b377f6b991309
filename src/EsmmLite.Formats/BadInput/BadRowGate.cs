namespace EsmmLite.Formats.BadInput;

/// <summary>Counts the bad rows of one pass over a log, keeps them aside, and stops the pass when there are too many.</summary>
internal sealed class BadRowGate
{
    private readonly double _most;
    private readonly Quarantine? _quarantine;
    private readonly bool _isFirstPass;
    private long _judgedNext = BadRowLimit.JudgedFrom;
    private EsmmException? _first;

    /// <param name="most">The share of rows that may be bad; 0 stops at the first.</param>
    /// <param name="quarantine">Where bad rows are kept; null for nowhere.</param>
    /// <param name="isFirstPass">Whether no pass before this one has kept them.</param>
    /// <exception cref="EsmmException">They can't be kept there.</exception>
    public BadRowGate(double most, Quarantine? quarantine, bool isFirstPass)
    {
        (_most, _quarantine, _isFirstPass) = (most, quarantine, isFirstPass);
        quarantine?.Begin();
    }

    public BadRowCounts Counts { get; } = new();

    /// <summary>A row more; the rows before it are judged.</summary>
    /// <exception cref="EsmmException">There are too many bad rows among them.</exception>
    public void Begin()
    {
        if (Counts.Rows == _judgedNext)
        {
            _judgedNext *= 2;
            Judge();
        }

        Counts.AddRow();
        _quarantine?.SeeRow();
    }

    /// <summary>Leaves the current row out.</summary>
    /// <param name="reason">Why, in a few words; rows are counted by it.</param>
    /// <param name="fault">The same at length, with the row's place.</param>
    /// <param name="file">Its file.</param>
    /// <param name="line">The line it begins on.</param>
    /// <param name="record">The row as it was written.</param>
    /// <param name="isNew">Whether only this pass could see it, so that it was not kept by one before.</param>
    /// <exception cref="EsmmException">No row may be bad.</exception>
    public void Reject(string reason, EsmmException fault, string file, long line, ReadOnlySpan<char> record, bool isNew)
    {
        _first ??= fault;
        Counts.AddBad(reason, fault);
        if (_isFirstPass || isNew)
        {
            _quarantine?.Add(file, line, reason, record);
        }

        if (_most <= 0)
        {
            throw fault;
        }
    }

    /// <summary>Judges all rows that were read.</summary>
    /// <exception cref="EsmmException">There are too many bad ones.</exception>
    public void Judge()
    {
        if (BadRowLimit.IsBeyond(Counts, _most))
        {
            throw BadRowLimit.Fault(Counts, _most, _first!);
        }
    }
}
