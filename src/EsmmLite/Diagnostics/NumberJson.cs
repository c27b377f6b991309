using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Diagnostics;

/// <summary>Numbers of options on their way to JSON, which has no form for what is not finite.</summary>
internal static class NumberJson
{
    /// <summary>Writes a number; as a text what is no number of JSON, so that reading it refuses it by its name.</summary>
    internal static void WriteNumberOrText(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
