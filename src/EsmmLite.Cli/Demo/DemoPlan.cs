namespace EsmmLite.Cli.Demo;

/// <summary>How much the demo does.</summary>
internal sealed record DemoPlan(int TrainingRows, int HeldOutRows, int Seeds, int Candidates)
{
    public static DemoPlan Usual { get; } = new(300_000, 100_000, 5, 200);

    public static DemoPlan Quick { get; } = new(30_000, 10_000, 3, 50);
}
