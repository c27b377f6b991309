namespace EsmmLite.Cli.Training;

/// <summary>Work was interrupted, and something of it was kept.</summary>
/// <param name="message">What was kept, and how to go on.</param>
internal sealed class InterruptedRun(string message) : OperationCanceledException(message);
