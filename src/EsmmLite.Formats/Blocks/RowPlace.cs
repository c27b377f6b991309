using System.Globalization;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.Formats.Blocks;

/// <summary>Where a row of a log stands, in messages.</summary>
internal static class RowPlace
{
    public static string Of(string file, long line) => DelimitedLog.DisplayName(file) + " line " + line.ToString(CultureInfo.InvariantCulture);

    /// <summary>The same fault, with file and line in front.</summary>
    public static EsmmException Locate(EsmmException fault, string file, long line)
    {
        string where = Of(file, line);
        return new EsmmException(fault.Kind, fault.What, fault.Where is null ? where : where + ", " + fault.Where, fault.Expected, fault.Hint, fault);
    }
}
