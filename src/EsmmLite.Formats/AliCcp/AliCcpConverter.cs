using System.Globalization;
using System.Text;

namespace EsmmLite.Formats.AliCcp;

/// <summary>Turns the raw files of the Ali-CCP log into a CSV with lists.</summary>
/// <param name="maxValues">The most values of a list: the heaviest are kept.</param>
/// <param name="every">Of so many lines of a skeleton the first is written.</param>
public sealed class AliCcpConverter(int maxValues = 20, int every = 1)
{
    private readonly AliCcpReader _reader = new(maxValues, every);
    private readonly StringBuilder _text = new();

    /// <summary>Converts skeletons, in order, each with its common features.</summary>
    /// <param name="parts">Paths of skeleton and common features; plain or gzipped.</param>
    /// <param name="output">Where the CSV goes.</param>
    /// <param name="progress">Told bytes read of a file and rows, every few thousand lines.</param>
    /// <param name="token">Stops between two lines.</param>
    /// <exception cref="EsmmException">A line is not of the format, or refers to no common features; with file and line.</exception>
    public AliCcpCounts Convert(IReadOnlyList<(string Skeleton, string Common)> parts, TextWriter output, Action<string, long>? progress = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(string.Join(',', AliCcpFields.Leading.Concat(AliCcpFields.All)) + "\n");
        return _reader.Read(parts, row => Write(row, output), progress, token);
    }

    private void Write(AliCcpRow row, TextWriter output)
    {
        _text.Clear().Append(row.Sample).Append(CultureInfo.InvariantCulture, $",{row.Order},{(row.Click ? 1 : 0)},{(row.Bought ? 1 : 0)}");
        for (int place = 0; place < AliCcpFields.All.Count; place++)
        {
            _text.Append(',');
            string between = "";
            foreach ((long id, float weight) in row.Values(place))
            {
                _text.Append(between).Append(CultureInfo.InvariantCulture, $"{id}");
                if (AliCcpFields.IsList(place))
                {
                    _text.Append(CultureInfo.InvariantCulture, $":{weight}");
                }

                between = "|";
            }
        }

        output.Write(_text.Append('\n'));
    }
}
