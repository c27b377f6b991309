namespace EsmmLite.Cli.Terminal;

/// <summary>What the tool returns to the shell.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int Data = 3;
    public const int Diverged = 4;

    /// <summary><c>esmm doctor</c> found something that must be mended.</summary>
    public const int Ill = 5;
    public const int Interrupted = 130;
}
