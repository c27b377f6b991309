using System.CommandLine;
using EsmmLite.Features;
using EsmmLite.Formats.Times;

namespace EsmmLite.Cli.Commands;

/// <summary>Which impressions and labels count, by their times.</summary>
internal static class TimeOptions
{
    private static readonly Option<string?> Since = new("--since") { Description = "Leave impressions before this time out: ISO 8601, in the config's zone.", HelpName = "TIME" };
    private static readonly Option<string?> Until = new("--until") { Description = "Leave impressions at this time or later out.", HelpName = "TIME" };
    private static readonly Option<string?> AsOf = new("--as-of") { Description = "Use what was known at this time: no later impression, click or conversion.", HelpName = "TIME" };

    public static void AddTo(Command command)
    {
        command.Options.Add(Since);
        command.Options.Add(Until);
        command.Options.Add(AsOf);
    }

    /// <summary>The selection; null where none of the options is given.</summary>
    public static TimeSelection? Read(ParseResult parsed, Schema schema)
    {
        var times = new TimeSelection { Since = Time(Since), Until = Time(Until), AsOf = Time(AsOf) };
        times.Require(schema);
        return times.IsEmpty ? null : times;

        DateTimeOffset? Time(Option<string?> option) => parsed.GetValue(option) is { } text ? TimeSelection.Parse(text, schema, option.Name) : null;
    }
}
