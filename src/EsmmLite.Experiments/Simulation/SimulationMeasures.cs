namespace EsmmLite.Experiments.Simulation;

/// <summary>What a simulated log turned out to be: rates as counted, and the measures that the knobs move, computed from the truth.</summary>
/// <remarks>
/// Where negatives were down-sampled, measures are those of the log before: an impression counts for 1 / P(it got into the log).
/// </remarks>
public sealed class SimulationMeasures
{
    private readonly long _half;
    private readonly double _keep;
    private readonly HashSet<string> _users = new(StringComparer.Ordinal);
    private readonly HashSet<string> _items = new(StringComparer.Ordinal);
    private double _weight, _clickWeight, _clickLogit, _clickLogitSquare, _clickedLogit, _conversionLogit, _conversionLogitSquare, _product;
    private double _pCvr, _pCvrIfClicked, _pCvrOfClicked;
    private long _laterRows, _newUsers, _newItems;
    private double _delayHours;

    /// <summary>Begins.</summary>
    /// <param name="rows">Impressions that there will be: the first half of them says which users and items are known.</param>
    /// <param name="negativeKeep">See <see cref="FunnelSimulatorOptions.NegativeKeep"/>.</param>
    public SimulationMeasures(long rows, double negativeKeep) => (_half, _keep) = ((rows + 1) / 2, negativeKeep);

    /// <summary>Impressions of the log.</summary>
    public long Impressions { get; private set; }

    /// <summary>Clicked ones.</summary>
    public long Clicks { get; private set; }

    /// <summary>Clicked and converted ones.</summary>
    public long Conversions { get; private set; }

    /// <summary>Unclicked ones that are logged with a conversion.</summary>
    public long StrayConversions { get; private set; }

    /// <summary>Observed shift: standard deviation of the click logit over impressions, without the position's part.</summary>
    public double ClickLogitDeviation => Math.Sqrt(Variance(_clickLogit, _clickLogitSquare));

    /// <summary>How far the mean click logit of clicked impressions is from that of unclicked ones, in standard deviations.</summary>
    public double ClickedFromUnclicked => ((_clickedLogit / _clickWeight) - ((_clickLogit - _clickedLogit) / (_weight - _clickWeight))) / ClickLogitDeviation;

    /// <summary>Sharing: correlation of the click logit and the conversion logit over impressions.</summary>
    public double LogitCorrelation => ((_product / _weight) - (_clickLogit / _weight * (_conversionLogit / _weight)))
        / Math.Sqrt(Variance(_clickLogit, _clickLogitSquare) * Variance(_conversionLogit, _conversionLogitSquare));

    /// <summary>Hidden confounding: Σ P(z = 1 | y = 1, x) / Σ P(z = 1 | do(click), x) over all impressions, 1 without a hidden factor.</summary>
    public double Confounding => _pCvr / _pCvrIfClicked;

    /// <summary>Mean of P(y = 1 | x) over impressions.</summary>
    public double TrueCtr => _clickWeight / _weight;

    /// <summary>Mean of P(z = 1 | y = 1, x) over clicked impressions.</summary>
    public double TrueCvr => _pCvrOfClicked / _clickWeight;

    /// <summary>Mean of P(z = 1 | y = 1, x) over all impressions.</summary>
    public double TrueCvrOfAll => _pCvr / _weight;

    /// <summary>Mean of P(z = 1 | do(click), x) over all impressions.</summary>
    public double TrueCvrIfClicked => _pCvrIfClicked / _weight;

    /// <summary>Share of the second half's impressions whose user was not in the first half.</summary>
    public double UnseenUsers => _newUsers / (double)_laterRows;

    /// <summary>Share of the second half's impressions whose item was not in the first half.</summary>
    public double UnseenItems => _newItems / (double)_laterRows;

    /// <summary>Mean hours from impression to conversion.</summary>
    public double MeanDelayHours => _delayHours / Conversions;

    /// <summary>Adds an impression of the log.</summary>
    public void Add(SimulatedImpression x)
    {
        ArgumentNullException.ThrowIfNull(x);
        double p = x.TruePCtr, q = x.TruePCvr, w = 1 / (p + ((1 - p) * _keep)), a = x.ClickLogit, b = x.ConversionLogit;
        _weight += w;
        _clickWeight += w * p;
        _clickLogit += w * a;
        _clickLogitSquare += w * a * a;
        _clickedLogit += w * p * a;
        _conversionLogit += w * b;
        _conversionLogitSquare += w * b * b;
        _product += w * a * b;
        _pCvr += w * q;
        _pCvrIfClicked += w * x.TruePCvrIfClicked;
        _pCvrOfClicked += w * p * q;
        Clicks += x.Click ? 1 : 0;
        Conversions += x.Conversion ? 1 : 0;
        StrayConversions += x.StrayConversion ? 1 : 0;
        _delayHours += x.Delay.TotalHours;
        if (Impressions++ < _half)
        {
            _users.Add(x.UserId);
            _items.Add(x.ItemId);
            return;
        }

        _laterRows++;
        _newUsers += _users.Contains(x.UserId) ? 0 : 1;
        _newItems += _items.Contains(x.ItemId) ? 0 : 1;
    }

    private double Variance(double sum, double squares) => Math.Max(0, (squares / _weight) - (sum / _weight * (sum / _weight)));
}
