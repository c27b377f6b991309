namespace EsmmLite.Cli.Training;

/// <summary>Training was interrupted and can go on.</summary>
internal sealed class InterruptedRun(string checkpoint) : OperationCanceledException("interrupted; training goes on from " + checkpoint + " when the same command is given with --resume");
