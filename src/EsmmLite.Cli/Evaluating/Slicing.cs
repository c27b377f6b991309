using System.Globalization;
using EsmmLite.Diagnostics;
using EsmmLite.Formats;
using EsmmLite.Model;
using EsmmLite.Training;

namespace EsmmLite.Cli.Evaluating;

/// <summary>A way to cut impressions into parts, as <c>--by</c> names it: a column, a stretch of time, or whether a field's value was seen in training.</summary>
internal abstract class Slicing(string by)
{
    private const string TimePrefix = "time:";
    private const string UnseenPrefix = "unseen:";

    public string By => by;

    /// <summary>The column of the log that it needs; null for none.</summary>
    public virtual string? Column => null;

    /// <summary>Whether parts are shown in the order of their keys; otherwise the largest first.</summary>
    public virtual bool IsOrdered => true;

    /// <summary>The part of an impression of the current batch.</summary>
    /// <param name="pass">Where the batch is.</param>
    /// <param name="texts">The texts of the column; null where it needs none.</param>
    /// <param name="row">The impression.</param>
    public abstract long KeyOf(LogitsPass pass, TextIds? texts, int row);

    public abstract string NameOf(long key, TextIds? texts);

    public static Slicing Parse(string text, EsmmModel model)
    {
        if (text.StartsWith(TimePrefix, StringComparison.Ordinal))
        {
            return model.Space.Schema.Time is null
                ? throw new EsmmException(EsmmErrorKind.Usage, "the model's config declares no time", "--by " + text, "a column", "Train it with \"time\" in the config.")
                : ByTime.Parse(text, text[TimePrefix.Length..]);
        }

        return text.StartsWith(UnseenPrefix, StringComparison.Ordinal) ? new ByUnseen(text, text[UnseenPrefix.Length..], model) : new ByColumn(text);
    }

    private sealed class ByColumn(string column) : Slicing(column)
    {
        public override string? Column => By;

        public override bool IsOrdered => false;

        public override long KeyOf(LogitsPass pass, TextIds? texts, int row) => texts!.Rows[row];

        public override string NameOf(long key, TextIds? texts) => texts!.Text((int)key) is { Length: > 0 } text ? text : "(empty)";
    }

    private sealed class ByTime(string by, long step, string format) : Slicing(by)
    {
        public static ByTime Parse(string by, string unit) => unit switch
        {
            "hour" => new ByTime(by, TimeSpan.TicksPerHour, "yyyy-MM-dd HH:00"),
            "day" => new ByTime(by, TimeSpan.TicksPerDay, "yyyy-MM-dd"),
            "week" => new ByTime(by, 7 * TimeSpan.TicksPerDay, "yyyy-MM-dd"),
            _ => throw new EsmmException(EsmmErrorKind.Usage, "there is no unit of time " + ErrorText.Quote(unit), "--by " + by, "time:hour, time:day or time:week"),
        };

        public override long KeyOf(LogitsPass pass, TextIds? texts, int row) => pass.Batch.Times[row] / step;

        // Tick 0 is a Monday, so weeks begin on Mondays.
        public override string NameOf(long key, TextIds? texts) => new DateTime(key * step, DateTimeKind.Utc).ToString(format, CultureInfo.InvariantCulture);
    }

    private sealed class ByUnseen : Slicing
    {
        private readonly int _field;
        private readonly UnseenRows _unseen;

        public ByUnseen(string by, string field, EsmmModel model)
            : base(by)
        {
            int place = model.Space.FieldIndex(field);
            if (model.Space.Encoders[place].Dim == 0)
            {
                throw new EsmmException(EsmmErrorKind.Usage, "field " + ErrorText.Quote(field) + " is a plain number, of which no value is new", "--by " + by, "a field with an embedding");
            }

            _field = place;
            _unseen = new UnseenRows(model);
        }

        public override long KeyOf(LogitsPass pass, TextIds? texts, int row) => _unseen.Count(pass.Batch, _field, row) switch { (0, _) => 2, (_, > 0) => 1, _ => 0 };

        public override string NameOf(long key, TextIds? texts) => key switch { 0 => "seen", 1 => "unseen", _ => "missing" };
    }
}
