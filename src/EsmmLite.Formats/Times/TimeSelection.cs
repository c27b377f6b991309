using System.Globalization;
using EsmmLite.Features;

namespace EsmmLite.Formats.Times;

/// <summary>Which impressions and labels of a log count, by their times. The schema must declare them.</summary>
public sealed record TimeSelection
{
    /// <summary>Impressions before this time are left out.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Impressions at this time or later are left out.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// The log as it was known at this time: later impressions are left out, and labels whose time is later count as 0. A stage without
    /// a time of its own counts as known with the impression; the last stage must have one.
    /// </summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether everything counts.</summary>
    public bool IsEmpty => Since is null && Until is null && AsOf is null;

    /// <summary>Throws where the schema doesn't declare the times that are needed, or nothing can be left.</summary>
    /// <param name="schema">The schema.</param>
    /// <exception cref="EsmmException">A time is not declared, or the first time is not before the last.</exception>
    public void Require(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (!IsEmpty && schema.Time is null)
        {
            throw new EsmmException(EsmmErrorKind.Config, "impressions can't be chosen by time: the config does not say when they were shown", "time",
                "the column of the time, such as \"time\": { \"column\": \"shown_at\" }");
        }

        if (AsOf is not null && schema.Labels[^1].TimeColumn is null)
        {
            throw new EsmmException(EsmmErrorKind.Config, "what was known at a time can't be told: the config does not say when a " + schema.Labels[^1].Name + " happened",
                string.Create(CultureInfo.InvariantCulture, $"labels[{schema.Labels.Count - 1}]"), "its column, such as \"timeColumn\": \"" + schema.Labels[^1].Name + "_at\"");
        }

        if (Since >= Until || Since > AsOf)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "no impression can be left: " + this, expected: "a since before until, and not after as-of");
        }
    }

    /// <summary>A time as a log of this schema writes it in ISO 8601, for a person to type: without an offset it is in the schema's zone, and in UTC where there is none.</summary>
    /// <param name="text">The text, such as <c>2013-06-30</c> or <c>2013-06-30T12:00:00+02:00</c>.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="where">What to call the place in messages.</param>
    /// <exception cref="EsmmException">It is no time.</exception>
    public static DateTimeOffset Parse(string text, Schema schema, string where)
    {
        ArgumentNullException.ThrowIfNull(schema);
        try
        {
            return new DateTimeOffset(new TimeReader(TimeFormat.Iso, schema.Time?.Zone ?? "UTC").Read(text, ""), TimeSpan.Zero);
        }
        catch (EsmmException e)
        {
            throw new EsmmException(EsmmErrorKind.Usage, e.What, where, e.Expected, e.Hint, e);
        }
    }

    /// <summary>The times in words, in UTC: equal for equal selections.</summary>
    public override string ToString() => IsEmpty ? "everything" : string.Join(", ", new[] { Part("since", Since), Part("until", Until), Part("as of", AsOf) }.OfType<string>());

    private static string? Part(string word, DateTimeOffset? time) => time is { } at ? word + " " + TimeText.Of(at.UtcTicks) : null;
}
