using System.Globalization;
using EsmmLite.Diagnostics;

namespace EsmmLite.Features;

/// <summary>
/// The schema's part of a config: keys <c>fields</c>, <c>crosses</c>, <c>sequences</c>, <c>labels</c>, <c>conversionWithoutClick</c>, <c>missing</c>,
/// <c>time</c>, <c>group</c>.
/// </summary>
public static partial class SchemaJson
{
    /// <summary>Reads a schema. Faults go to the node, which throws them together with those of other sections in <see cref="ConfigNode.Finish"/>.</summary>
    /// <param name="node">The top of the config.</param>
    /// <returns>The schema; to be used only if there were no faults.</returns>
    public static Schema Read(ConfigNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        node.LimitList("fields", SchemaValidator.MaxInputs);
        node.LimitList("crosses", SchemaValidator.MaxInputs);
        node.LimitList("sequences", SchemaValidator.MaxSequences);
        node.LimitList("labels", SchemaValidator.MaxLabels);
        if (!node.Has("fields"))
        {
            node.FaultMissing("fields", "a list of fields");
        }

        if (!node.Has("labels"))
        {
            node.FaultMissing("labels", "a list of label stages");
        }

        // What can't be read keeps its place in the lists, so that the numbers in the validator's paths are those of the document.
        IReadOnlyList<ConfigNode?> places = node.SectionPlaces("fields");
        Field[] fields = [.. places.Select(ReadField)];
        var schema = new Schema
        {
            Fields = [.. fields.Select((field, i) => Inherit(field, places[i], fields))],
            Crosses = [.. node.TextListPlaces("crosses").Select((names, index) => ReadCross(node, names, index))],
            Sequences = [.. node.SectionPlaces("sequences").Select(ReadSequence)],
            Labels = [.. node.SectionPlaces("labels").Select(ReadLabel)],
            ConversionWithoutClick = node.Choice("conversionWithoutClick", ConversionWithoutClick.Drop,
                ("drop", ConversionWithoutClick.Drop), ("as_negative", ConversionWithoutClick.AsNegative), ("as_click", ConversionWithoutClick.AsClick)),
            MissingValues = node.Texts("missing") ?? [""],
            Time = ReadTime(node),
            Group = node.OptionalText("group"),
        };

        // Where reading found a fault already, the validator would only echo it.
        foreach (SchemaFault fault in SchemaValidator.Faults(schema).Where(fault => !node.HasFault(fault.Path)).ToList())
        {
            node.Fault(fault.Path, fault.Message);
        }

        return schema;
    }

    private static Cross ReadCross(ConfigNode node, IReadOnlyList<string>? names, int index)
    {
        if (names is [string first, string second])
        {
            return new Cross(first, second);
        }

        if (names is not null)
        {
            node.Fault("crosses[" + index.ToString(CultureInfo.InvariantCulture) + "]", names.Count + " names where two fields were expected");
        }

        return new Cross("", "");
    }
}
