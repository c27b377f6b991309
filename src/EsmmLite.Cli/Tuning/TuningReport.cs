using System.Globalization;
using System.Text.RegularExpressions;
using EsmmLite.Cli.Terminal;
using EsmmLite.Evaluation;
using EsmmLite.Experiments.Plots;
using EsmmLite.Experiments.Ranking;
using EsmmLite.Experiments.Reports;

namespace EsmmLite.Cli.Tuning;

/// <summary>What a search found, as tables and as a page.</summary>
internal sealed class TuningReport
{
    private const int ShownPoints = 12;

    private readonly string _text;
    private readonly IReadOnlyList<VariedNumber> _varied;
    private readonly string[] _objectives;
    private readonly int _objective;
    private readonly IReadOnlyList<TuningTrial> _trials;
    private readonly List<(TuningTrial Trial, double[] HeldOut)> _front;
    private readonly TuningTrial _best;
    private readonly double[] _baselineHeldOut;
    private readonly double[] _bestHeldOut;
    private readonly (double Mean, Interval Interval)?[] _gains;
    private readonly int _groups;

    public TuningReport(string text, RankTuning tuning, IReadOnlyList<VariedNumber> varied, string[] objectives, int objective, IReadOnlyList<TuningTrial> trials, TuningRows heldOut, CancellationToken token)
    {
        (_text, _varied, _objectives, _objective, _trials) = (text, varied, objectives, objective, trials);
        _best = RankTuning.Best(trials, objective);
        IReadOnlyList<TuningTrial> front = RankTuning.Front(trials);
        int shown = Math.Min(ShownPoints, front.Count);
        _front = [.. Enumerable.Range(0, shown).Select(i => front[shown == 1 ? 0 : i * (front.Count - 1) / (shown - 1)]).Select(t => (t, HeldOut(t)))];
        double?[][] before = tuning.Measure(heldOut, tuning.Baseline, token), after = tuning.Measure(heldOut, _best.Values, token);
        _gains = [.. before.Zip(after, (b, a) => RankTuning.Gain(b, a))];
        (_baselineHeldOut, _bestHeldOut) = ([.. before.Select(TuningRows.Mean)], [.. after.Select(TuningRows.Mean)]);
        _groups = heldOut.Groups;

        double[] HeldOut(TuningTrial trial) => [.. tuning.Measure(heldOut, trial.Values, token).Select(TuningRows.Mean)];
    }

    /// <summary>The score with the numbers that were found in it, as --rank takes it.</summary>
    public string Found => Regex.Replace(_text, @"\[[^\]]*\]|\w+", match => _varied.Select(v => v.Name).ToList().IndexOf(match.Value.Trim('[', ']')) is >= 0 and var place ? Typed(_best.Values[place]) : match.Value);

    public void Write()
    {
        var front = new TextTable("Pareto front of the searched half" + (_front.Count == ShownPoints ? ", some of it" : "") + "; then the same objectives on the held-out half", [.. _varied.Select(v => v.Name + ">"), .. _objectives.Select(o => o + ">"), .. _objectives.Select(_ => "held out>")]);
        foreach ((TuningTrial trial, double[] held) in _front)
        {
            front.Add([.. trial.Values.Select(Text), .. trial.Objectives.Select(Metric), .. held.Select(Metric)]);
        }

        front.Write();
        var gains = new TextTable("Best by " + _objectives[_objective] + " against all numbers at their start, on the held-out half (" + Show.Count(_groups) + " groups with a click)", "objective", "start>", "best>", "gain>", "95 %, groups drawn");
        for (int o = 0; o < _objectives.Length; o++)
        {
            gains.Add(Gain(o));
        }

        gains.Write();
        TuningTrial[] without = [.. _trials.Where(t => t.Fault is not null)];
        if (without.Length > 0)
        {
            Console.Out.WriteLine($"{Show.Count(without.Length)} of {Show.Count(_trials.Count)} trials are no score and were left out; the first: {without[0].Fault!.Message}");
        }

        Console.Out.WriteLine("Found: --rank \"" + Found + "\"");
        if (_gains[_objective] is not { Interval: var interval } || interval.Low <= 0)
        {
            Console.Out.WriteLine("The held-out half does not support that it is better than the start.");
        }
    }

    public string ToHtml()
    {
        PlotPoint Of(double[] values) => new(values[0], values[1]);
        IReadOnlyList<TuningTrial> front = RankTuning.Front(_trials);
        var plot = new LinePlot(new PlotAxis(_objectives[0]), new PlotAxis(_objectives[1]),
        [
            new PlotSeries("tried", [.. _trials.Where(t => t.Fault is null).Select(t => Of(t.Objectives))], PlotMark.Dots),
            new PlotSeries("front", [.. front.Select(t => Of(t.Objectives))], _objectives.Length == 2 ? PlotMark.LineAndDots : PlotMark.Dots),
            new PlotSeries("start", [Of(_trials[0].Objectives)], PlotMark.Dots),
            new PlotSeries("best by " + _objectives[_objective], [Of(_best.Objectives)], PlotMark.Dots),
        ]);
        var held = new LinePlot(new PlotAxis(_objectives[0] + ", held out"), new PlotAxis(_objectives[1] + ", held out"),
        [
            new PlotSeries("the front's points", [.. _front.Select(f => Of(f.HeldOut))], PlotMark.Dots) { Colour = 1 },
            new PlotSeries("start", [Of(_baselineHeldOut)], PlotMark.Dots) { Colour = 2 },
            new PlotSeries("best by " + _objectives[_objective], [Of(_bestHeldOut)], PlotMark.Dots) { Colour = 3 },
        ]);
        var table = new HtmlTable([.. _varied.Select(v => v.Name + ">"), .. _objectives.Select(o => o + ">"), .. _objectives.Select(o => o + ", held out>")]);
        foreach ((TuningTrial trial, double[] values) in _front)
        {
            table.Add([.. trial.Values.Select(Text), .. trial.Objectives.Select(Metric), .. values.Select(Metric)]);
        }

        var gains = new HtmlTable("objective", "start>", "best>", "gain>", "95 %");
        for (int o = 0; o < _objectives.Length; o++)
        {
            gains.Add(Gain(o));
        }

        return new HtmlPage("Tuned rank score", _text + " with " + string.Join(", ", _varied.Select(v => $"{v.Name} from {Text(v.Low)} to {Text(v.High)}")) + "; " + Show.Count(_trials.Count) + " trials")
            .Section("Found", Found).Table(gains)
            .Text("Differences of the half that was not searched, group by group; the interval comes from drawing its groups.")
            .Section("What was tried").Figures(new HtmlFigure("Searched half", plot, "Up and to the right is better; the front is what no trial beats in all objectives."), new HtmlFigure("Held-out half", held, "Where the front's points lie on groups that they were not chosen on."))
            .Section("The front").Table(table).ToHtml();
    }

    private string[] Gain(int o) => [_objectives[o], Metric(_baselineHeldOut[o]), Metric(_bestHeldOut[o]), _gains[o] is { } gain ? Show.Signed(gain.Mean) : "n/a", _gains[o] is { Interval: var i } ? Show.Signed(i.Low) + " to " + Show.Signed(i.High) : "n/a"];

    private static string Metric(double value) => Show.Metric(double.IsNaN(value) ? null : value);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Typed(double value) => value < 0 ? "(" + Text(value) + ")" : Text(value);
}
