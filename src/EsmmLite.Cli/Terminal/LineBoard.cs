using System.Globalization;

namespace EsmmLite.Cli.Terminal;

/// <summary>Plain lines: for logs, pipes and terminals without control sequences.</summary>
internal sealed class LineBoard : ProgressBoard
{
    private const long MillisecondsBetweenLines = 3000;

    public override ProgressPhase Begin(string name) => new Phase(name);

    public override void Line(string text) => Console.Error.WriteLine(text);

    private sealed class Phase(string name) : ProgressPhase
    {
        private readonly long _begun = Environment.TickCount64;
        private long _lastLine = Environment.TickCount64;
        private bool _over;

        public override void Dispose()
        {
            if (!_over)
            {
                _over = true;
                Console.Error.WriteLine(name + ": " + Show.Duration(TimeSpan.FromMilliseconds(Environment.TickCount64 - _begun)));
            }
        }

        protected override void Update(double? fraction, string detail)
        {
            long now = Environment.TickCount64;
            if (now - _lastLine >= MillisecondsBetweenLines)
            {
                _lastLine = now;
                Console.Error.WriteLine(name + ": " + (fraction is null ? "" : fraction.Value.ToString("P0", CultureInfo.InvariantCulture) + "  ") + detail);
            }
        }
    }
}
