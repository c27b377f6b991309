namespace EsmmLite.Cli.Terminal;

/// <summary>Shows on standard error how far the work is: bars on a terminal, a line every few seconds elsewhere.</summary>
internal abstract class ProgressBoard
{
    /// <summary>Does work with a board.</summary>
    public static T Run<T>(Func<ProgressBoard, T> work) => Screen.ErrorIsTerminal ? BarBoard.Run(work) : work(new LineBoard());

    /// <summary>Begins a part of the work.</summary>
    public abstract ProgressPhase Begin(string name);

    /// <summary>Writes a line that stays.</summary>
    public abstract void Line(string text);
}

/// <summary>A part of the work.</summary>
internal abstract class ProgressPhase : IDisposable
{
    private readonly long _start = Environment.TickCount64;

    /// <summary>Tells how far it is.</summary>
    /// <param name="fraction">Done, from 0 to 1; null when nobody knows.</param>
    /// <param name="detail">What else to show.</param>
    public void Report(double? fraction, string detail)
    {
        double? done = fraction is null ? null : Math.Clamp(fraction.Value, 0, 1);
        TimeSpan elapsed = TimeSpan.FromMilliseconds(Environment.TickCount64 - _start);
        string left = done is > 0.02 and < 1 && elapsed.TotalSeconds > 0.5 ? Show.Duration(elapsed * ((1 - done.Value) / done.Value)) + " left" : "";
        Update(done, string.Join("  ", new[] { detail, left }.Where(part => part.Length > 0)));
    }

    /// <summary>Ends the part.</summary>
    public abstract void Dispose();

    protected abstract void Update(double? fraction, string detail);
}
