using System.Globalization;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Simulation;

/// <summary>Users or items by rank, whose frequencies follow Zipf's law and who are replaced by new ones in the course of time.</summary>
internal sealed class Population
{
    private readonly string _prefix;
    private readonly double _churn;
    private readonly ZipfSampler _ranks;
    private readonly double[] _phases;
    private readonly string[] _names;
    private readonly int[] _named;
    private readonly int _stride;

    /// <summary>Prepares the draws.</summary>
    /// <param name="prefix">What names begin with.</param>
    /// <param name="count">How many there are at a time.</param>
    /// <param name="exponent">Exponent of Zipf's law.</param>
    /// <param name="churn">The share replaced a day.</param>
    /// <param name="random">When the first of each rank is replaced.</param>
    public Population(string prefix, int count, double exponent, double churn, SplitMix random)
    {
        _prefix = prefix;
        _churn = churn;
        _ranks = new ZipfSampler(count, exponent);
        _phases = new double[churn > 0 ? count : 0];
        for (int rank = 0; rank < _phases.Length; rank++)
        {
            _phases[rank] = random.NextDouble();
        }

        _names = new string[count];
        _named = new int[count];
        for (int rank = 0; rank < count; rank++)
        {
            _names[rank] = NameOf(new Identity(rank, 0));
        }

        // A new one is like the one at another rank: effects are independent draws, so it is a new draw too.
        _stride = Math.Max(1, (int)(count * 0.382));
    }

    /// <summary>Draws who it is on a day.</summary>
    public Identity Draw(ref SplitMix random, double day)
    {
        int rank = _ranks.Next(ref random);
        return new Identity(rank, _churn > 0 ? (int)((day * _churn) + _phases[rank]) : 0);
    }

    /// <summary>Whose effects it has.</summary>
    public int TraitsOf(Identity who) => who.Generation == 0 ? who.Rank : (int)((who.Rank + ((long)who.Generation * _stride)) % _names.Length);

    /// <summary>The name: <c>u17</c>, and <c>u17.2</c> once two have been replaced. Allocates only for a new one.</summary>
    public string Name(Identity who)
    {
        if (_named[who.Rank] != who.Generation)
        {
            _names[who.Rank] = NameOf(who);
            _named[who.Rank] = who.Generation;
        }

        return _names[who.Rank];
    }

    private string NameOf(Identity who) =>
        string.Create(CultureInfo.InvariantCulture, $"{_prefix}{who.Rank + 1}") + (who.Generation == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{who.Generation}"));
}
