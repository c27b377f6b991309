namespace EsmmLite.Cli.Terminal;

/// <summary>Shows nothing: for work inside a larger part that has its own bar.</summary>
internal sealed class SilentBoard : ProgressBoard
{
    public override ProgressPhase Begin(string name) => new Phase();

    public override void Line(string text)
    {
    }

    private sealed class Phase : ProgressPhase
    {
        public override void Dispose()
        {
        }

        protected override void Update(double? fraction, string detail)
        {
        }
    }
}
