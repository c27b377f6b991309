using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Kernels;

namespace EsmmLite.Experiments.Sweeping;

/// <summary>
/// A value of a config that a sweep draws: <c>training.learningRate=log:1e-4..1e-2</c>, <c>training.batch=int:64..1024</c>,
/// <c>training.beta1=0.8..0.99</c>, or one of several as <c>towers.ctr=[256,64]|[512,128,64]</c>.
/// </summary>
public sealed class SweptValue
{
    private readonly string[] _choices = [];
    private readonly double _low;
    private readonly double _high;
    private readonly string _kind = "";

    private SweptValue(string path, string spec, string text)
    {
        Path = path;
        int colon = spec.IndexOf(':', StringComparison.Ordinal), dots = spec.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
        {
            _choices = spec.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (_choices.Length < 2)
            {
                throw Refuse(text, "two values or more, such as towers.ctr=[256,64]|[512,128,64], or a range");
            }

            return;
        }

        _kind = colon >= 0 && colon < dots ? spec[..colon] : "";
        int start = _kind.Length == 0 ? 0 : colon + 1;
        if (_kind is not ("" or "log" or "int")
            || !double.TryParse(spec.AsSpan(start..dots), NumberStyles.Float, CultureInfo.InvariantCulture, out _low)
            || !double.TryParse(spec.AsSpan(dots + 2), NumberStyles.Float, CultureInfo.InvariantCulture, out _high)
            || !(_low < _high) || !double.IsFinite(_low) || !double.IsFinite(_high) || (_kind == "log" && _low <= 0) || (_kind == "int" && !(double.IsInteger(_low) && double.IsInteger(_high))))
        {
            throw Refuse(text, "a range such as log:1e-4..1e-2, int:64..1024 or 0.8..0.99");
        }
    }

    /// <summary>Where it stands in the config.</summary>
    public string Path { get; }

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="EsmmException">It is none.</exception>
    public static SweptValue Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? new SweptValue(text[..equals], text[(equals + 1)..], text) : throw Refuse(text, "path=values, such as training.learningRate=log:1e-4..1e-2");
    }

    /// <summary>Draws a value, numbers to three digits, and gives the override that sets it.</summary>
    /// <param name="random">The generator.</param>
    public string Draw(ref SplitMix random)
    {
        double unit = random.NextDouble();
        return Path + "=" + (_choices.Length > 0 ? _choices[(int)(unit * _choices.Length)] : _kind switch
        {
            "int" => Math.Floor(_low + (unit * (_high - _low + 1))).ToString("F0", CultureInfo.InvariantCulture),
            "log" => Brief(ExactMath.Exp(ExactMath.Log(_low) + (unit * (ExactMath.Log(_high) - ExactMath.Log(_low))))),
            _ => Brief(_low + (unit * (_high - _low))),
        });
    }

    private string Brief(double value) => Math.Clamp(double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), _low, _high).ToString("R", CultureInfo.InvariantCulture);

    private static EsmmException Refuse(string text, string expected) => new(EsmmErrorKind.Usage, "--vary " + ErrorText.Quote(text), expected: expected);
}
