using Spectre.Console;
using Spectre.Console.Rendering;

namespace EsmmLite.Cli.Terminal;

/// <summary>Progress bars on a terminal.</summary>
internal sealed class BarBoard : ProgressBoard
{
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;

    private BarBoard(IAnsiConsole console, ProgressContext context)
    {
        _console = console;
        _context = context;
    }

    public static new T Run<T>(Func<ProgressBoard, T> work)
    {
        IAnsiConsole console = Screen.ConsoleOf(Console.Error);
        return console.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = console.Profile.Width < 100 ? 10 : 20 }, new PercentageColumn(), new DetailColumn())
            .Start(context => work(new BarBoard(console, context)));
    }

    public override ProgressPhase Begin(string name) => new Phase(_context.AddTask(Markup.Escape(name), autoStart: true, maxValue: 1));

    // A live display on the same console: the line goes above the bars.
    public override void Line(string text) => _console.WriteLine(text);

    private sealed class Phase(ProgressTask task) : ProgressPhase
    {
        public override void Dispose()
        {
            task.IsIndeterminate = false;
            task.Value = 1;
            task.StopTask();
        }

        protected override void Update(double? fraction, string detail)
        {
            task.IsIndeterminate = fraction is null;
            task.Value = fraction ?? 0;
            task.Tag = detail;
        }
    }

    private sealed class DetailColumn : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(task.Tag as string ?? "") { Overflow = Overflow.Crop };
    }
}
