using System.CommandLine;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Formats;

namespace EsmmLite.Cli.Commands;

/// <summary>What is set aside of a training log. Rows that the config says belong together are not split without being told to.</summary>
internal static class HoldoutOptions
{
    private const string Row = "row", Time = "time";

    private static readonly Option<double?> Share = new("--holdout") { Description = "Share of the log to set aside for validation instead, such as 0.2.", HelpName = "SHARE" };
    private static readonly Option<string?> By = new("--holdout-by")
    {
        Description = "Column whose equal values stay together when rows are set aside; or 'time' for the newest impressions, or 'row'. The config's group (or else its time) unless given.",
        HelpName = "COLUMN|time|row",
    };

    private static readonly Option<bool> Force = new("--force-row-split") { Description = "Split row by row although the config has a group or a time." };

    public static void AddTo(Command command)
    {
        command.Options.Add(Share);
        command.Options.Add(By);
        command.Options.Add(Force);
    }

    public static Holdout? Read(ParseResult parsed, Schema schema, bool hasValid, ulong seed)
    {
        string? by = parsed.GetValue(By);
        if (parsed.GetValue(Share) is not { } share)
        {
            return by is null ? null : throw new EsmmException(EsmmErrorKind.Usage, "--holdout-by without --holdout", hint: "Say which share to set aside, such as --holdout 0.2.");
        }

        if (hasValid)
        {
            throw new EsmmException(EsmmErrorKind.Usage, "--valid and --holdout exclude each other", hint: "Either name a log to validate on, or set a share of the training log aside.");
        }

        switch (by ?? schema.Group ?? (schema.Time is null ? null : Time))
        {
            case null:
                throw new EsmmException(EsmmErrorKind.Usage, "--holdout without --holdout-by", hint: "Name the column whose rows belong together (--holdout-by user_id), or say --holdout-by row.");
            case Row:
                RequireRowSplit(schema, parsed.GetValue(Force));
                return Holdout.ByRow(share, seed);
            case Time when schema.Time is null:
                throw new EsmmException(EsmmErrorKind.Config, "--holdout-by time, but the config does not say when impressions were shown", "time", "the column of the time, such as \"time\": { \"column\": \"shown_at\" }");
            case Time:
                return Holdout.ByTime(share);
            case var column:
                return Holdout.ByColumn(column, share, seed);
        }
    }

    private static void RequireRowSplit(Schema schema, bool forced)
    {
        if (forced || schema.Group is null && schema.Time is null)
        {
            return;
        }

        (string why, string instead) = schema.Group is { } group
            ? ("rows of one " + ErrorText.Quote(group) + " would be trained on and validated on, so answers would leak", "--holdout-by " + group)
            : ("the model would be trained on impressions that are newer than those it is validated on", "--holdout-by time");
        throw new EsmmException(EsmmErrorKind.Usage, why, "--holdout-by row", instead, "Leave --holdout-by out for that, or say --force-row-split if you mean it.");
    }
}
