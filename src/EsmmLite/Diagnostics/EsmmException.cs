namespace EsmmLite;

/// <summary>The one exception that EsmmLite throws on purpose: it says what is wrong, where, what was expected and what to do.</summary>
/// <remarks>
/// <see cref="Kind"/> tells who has to act: whoever wrote the config, the data, the model file or the calling code.
/// Unknown feature values never throw; they go to the out-of-vocabulary row.
/// </remarks>
public sealed class EsmmException : Exception
{
    /// <summary>Creates the exception; <see cref="Exception.Message"/> is made of the four parts.</summary>
    /// <param name="kind">Who has to act.</param>
    /// <param name="what">What is wrong, with the offending value.</param>
    /// <param name="where">Where: a file with line and column, a config path, a tensor, a field and candidate.</param>
    /// <param name="expected">What was expected instead.</param>
    /// <param name="hint">What to do about it.</param>
    /// <param name="innerException">The cause, if another exception led here.</param>
    public EsmmException(EsmmErrorKind kind, string what, string? where = null, string? expected = null, string? hint = null, Exception? innerException = null)
        : base(Compose(what, where, expected, hint), innerException)
    {
        Kind = kind;
        What = what;
        Where = where;
        Expected = expected;
        Hint = hint;
    }

    /// <summary>Who has to act.</summary>
    public EsmmErrorKind Kind { get; }

    /// <summary>What is wrong, with the offending value.</summary>
    public string What { get; }

    /// <summary>Where: a file with line and column, a config path, a tensor, a field and candidate.</summary>
    public string? Where { get; }

    /// <summary>What was expected instead.</summary>
    public string? Expected { get; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; }

    private static string Compose(string what, string? where, string? expected, string? hint)
    {
        string message = where is null ? what : where + ": " + what;
        if (expected is not null)
        {
            message += "; expected " + expected;
        }

        // A list of faults may end with a question.
        message += message.EndsWith('?') ? "" : ".";
        return hint is null ? message : message + " " + hint;
    }
}

/// <summary>Who has to act on an <see cref="EsmmException"/>.</summary>
public enum EsmmErrorKind
{
    /// <summary>The calling code or command line: a wrong shape, a missing argument, a wrong order of calls.</summary>
    Usage,

    /// <summary>The configuration: every fault is listed at once.</summary>
    Config,

    /// <summary>The data: a missing column, a bad label, a value that is not finite.</summary>
    Data,

    /// <summary>A model file: truncated, altered, foreign, or written by a newer version.</summary>
    ModelFile,

    /// <summary>Training diverged: a loss, a gradient or a weight became infinite or not a number.</summary>
    Numeric,
}
