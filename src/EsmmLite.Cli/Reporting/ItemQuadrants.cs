using EsmmLite.Evaluation;
using EsmmLite.Formats;
using EsmmLite.Layers;
using EsmmLite.Training;

namespace EsmmLite.Cli.Reporting;

/// <summary>
/// Items by CTR and CVR, high or low. Rates of single items are noise, so they are smoothed towards the rate of all: one click, and one
/// conversion, at the common rate is added to each item's own.
/// </summary>
internal sealed class ItemQuadrants
{
    /// <summary>High CTR and CVR, high CTR only, high CVR only, neither.</summary>
    public static readonly string[] Names = ["true quality (CTR high, CVR high)", "flashy (CTR high, CVR low)", "hidden gem (CTR low, CVR high)", "poor (CTR low, CVR low)"];

    private readonly List<Tally> _items = [];

    public void Add(LogitsPass pass, TextIds texts)
    {
        for (int row = 0; row < pass.Batch.Count; row++)
        {
            int item = texts.Rows[row];
            while (_items.Count <= item)
            {
                _items.Add(new Tally());
            }

            SigmoidProduct.Predict(pass.CtrLogits[row], pass.CvrLogits[row], out double p, out double q, out _);
            Tally tally = _items[item];
            tally.Impressions++;
            tally.Clicks += pass.Click(row) ? 1 : 0;
            tally.Conversions += pass.Conversion(row) ? 1 : 0;
            tally.PCtr += p;
            tally.PCvr += q;
        }
    }

    /// <summary>The items with so many impressions that a click could be expected, the largest first; none without clicks and conversions.</summary>
    public IReadOnlyList<PlacedItem> Place(EvaluationReport report)
    {
        if (report.Clicks == 0 || report.Conversions == 0)
        {
            return [];
        }

        double ctr = report.Clicks / (double)report.Impressions, cvr = report.Conversions / (double)report.Clicks;
        double modelCtr = _items.Sum(item => item.PCtr) / report.Impressions, modelCvr = _items.Sum(item => item.PCvr) / report.Impressions;
        return [.. _items.Where(item => item.Impressions >= 1 / ctr).OrderByDescending(item => item.Impressions).Select(item =>
        {
            double ownCtr = (item.Clicks + 1) / (item.Impressions + (1 / ctr)), ownCvr = (item.Conversions + 1) / (item.Clicks + (1 / cvr));
            double pCtr = item.PCtr / item.Impressions, pCvr = item.PCvr / item.Impressions;
            return new PlacedItem(ownCtr, ownCvr, Quadrant(ownCtr >= ctr, ownCvr >= cvr), pCtr, pCvr, Quadrant(pCtr >= modelCtr, pCvr >= modelCvr), item.Impressions);
        })];
    }

    private static int Quadrant(bool ctr, bool cvr) => (ctr ? 0 : 2) + (cvr ? 0 : 1);

    private sealed class Tally
    {
        public long Impressions { get; set; }

        public long Clicks { get; set; }

        public long Conversions { get; set; }

        public double PCtr { get; set; }

        public double PCvr { get; set; }
    }
}

/// <summary>An item among the others.</summary>
/// <param name="Ctr">Its smoothed CTR.</param>
/// <param name="Cvr">Its smoothed CVR.</param>
/// <param name="Observed">Its quadrant by these.</param>
/// <param name="PCtr">The model's mean pCTR over its impressions.</param>
/// <param name="PCvr">The model's mean pCVR over its impressions, clicked or not.</param>
/// <param name="Modelled">Its quadrant by these, against the model's own means.</param>
/// <param name="Impressions">Its impressions.</param>
internal sealed record PlacedItem(double Ctr, double Cvr, int Observed, double PCtr, double PCvr, int Modelled, long Impressions);
