using System.Text;
using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Evaluation;

namespace EsmmLite.Training;

/// <summary>What a checkpoint says in words rather than tensors: options, step, place in the data, epochs so far, inputs. As JSON, doubles exact.</summary>
internal sealed record CheckpointProgress(TrainingOptions Options, IReadOnlyList<string> Losses, long Steps, (double First, double Second) Powers, IReadOnlyList<(long Step, int Epoch)> Schedule, TrainingState State, IReadOnlyList<CheckpointInput> Inputs, IReadOnlyList<double>? Weighting = null)
{
    internal string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("options");
            Options.Write(json);
            json.WriteEndObject();
            WriteAll(json, "losses", Losses, json.WriteStringValue);
            json.WriteNumber("steps", Steps);
            WriteAll(json, "powers", [Powers.First, Powers.Second], json.WriteNumberValue);
            WriteAll(json, "scheduleSteps", Schedule.Select(epoch => epoch.Step), json.WriteNumberValue);
            WriteAll(json, "scheduleEpochs", Schedule.Select(epoch => epoch.Epoch), json.WriteNumberValue);
            if (Weighting is not null)
            {
                WriteAll(json, "weighting", Weighting, json.WriteNumberValue);
            }

            json.WriteNumber("epoch", State.Epoch);
            json.WriteNumber("visited", State.Visited);
            WriteAll(json, "sums", State.Sums, json.WriteNumberValue);
            json.WriteNumber("bestEpoch", State.BestEpoch);
            if (State.BestValue is { } best)
            {
                json.WriteNumber("bestValue", best);
            }

            json.WriteBoolean("stoppedEarly", State.StoppedEarly);
            WriteAll(json, "epochs", State.Epochs, epoch => WriteEpoch(json, epoch));
            WriteAll(json, "inputs", Inputs, input => WriteInput(json, input));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Reads what <see cref="ToJson"/> gave; a text from elsewhere is not trusted.</summary>
    internal static CheckpointProgress Read(string text, string source)
    {
        ConfigNode node = ConfigNode.Parse(text, source, EsmmErrorKind.ModelFile);
        ConfigNode? options = node.Section("options");
        if (options is null)
        {
            node.Fault("options", "missing; an object was expected");
        }

        TrainingOptions training = options is null ? new() : TrainingOptions.Read(options);
        IReadOnlyList<string> losses = node.Texts("losses") ?? [];
        long steps = node.Long("steps", -1, 0, 1L << 53);
        IReadOnlyList<double> powers = node.Numbers("powers") ?? [], sums = node.Numbers("sums") ?? [];
        IReadOnlyList<double>? weighting = node.Numbers("weighting");
        TrainingState state = new(losses.Count)
        {
            Epoch = node.RequiredInteger("epoch", 0, 1_000_000),
            Visited = node.Long("visited", 0, 0, long.MaxValue),
            BestEpoch = node.RequiredInteger("bestEpoch", 0, 1_000_000),
            BestValue = node.OptionalNumber("bestValue", double.MinValue, double.MaxValue),
            StoppedEarly = node.Flag("stoppedEarly", false),
        };
        foreach (ConfigNode epoch in node.Sections("epochs"))
        {
            state.Epochs.Add(ReadEpoch(epoch, losses));
        }

        CheckpointInput[] inputs = [.. node.Sections("inputs").Select(input => new CheckpointInput(input.RequiredText("role"), input.RequiredText("name"), input.RequiredText("digest")))];
        (long Step, int Epoch)[] schedule = [.. (node.Numbers("scheduleSteps") ?? []).Zip(node.Integers("scheduleEpochs", 0, int.MaxValue) ?? [], (step, epoch) => (step is >= 1 and <= 1L << 53 ? (long)step : 0, epoch))];
        Require(node, schedule.Length > 0 && schedule[0].Step == 1 && schedule.Zip(schedule.Skip(1)).All(pair => pair.First.Step < pair.Second.Step) && schedule[^1].Step <= steps + 1, "scheduleSteps", "ascending steps from 1 were expected");
        Require(node, powers.Count == 2 && steps >= 0 && IsPower(powers[0], training.Beta1, steps) && IsPower(powers[1], training.Beta2, steps), "powers", "two powers of the decays by \"steps\" were expected");
        Require(node, sums.Count == losses.Count, "sums", "a sum for each loss was expected");
        Require(node, state.BestEpoch <= state.Epochs.Count && (state.BestEpoch > 0) == (training.EarlyStopping is not null && state.Epochs.Count > 0), "bestEpoch", "an epoch that ended was expected with early stopping, otherwise 0");
        Require(node, state.Epoch >= state.Epochs.Count, "epoch", "at least the number of epochs that ended was expected");
        node.Finish();
        for (int l = 0; l < sums.Count; l++)
        {
            state.Sums[l] = sums[l];
        }

        return new CheckpointProgress(training, losses, steps, (powers[0], powers[1]), schedule, state, inputs, weighting);
    }

    private static bool IsPower(double power, double decay, long steps) => steps == 0 ? power == 1 : power >= 0 && power <= decay;

    private static void Require(ConfigNode node, bool holds, string key, string expected)
    {
        if (!holds)
        {
            node.Fault(key, expected);
        }
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            write(item);
        }

        json.WriteEndArray();
    }

    private static void WriteInput(Utf8JsonWriter json, CheckpointInput input)
    {
        json.WriteStartObject();
        json.WriteString("role", input.Role);
        json.WriteString("name", input.Name);
        json.WriteString("digest", input.Digest);
        json.WriteEndObject();
    }

    private static void WriteEpoch(Utf8JsonWriter json, EpochResult epoch)
    {
        json.WriteStartObject();
        json.WriteNumber("epoch", epoch.Epoch);
        json.WriteNumber("steps", epoch.Steps);
        WriteAll(json, "losses", epoch.Losses, loss => json.WriteNumberValue(loss.Value));
        if (epoch.Validation is { } report)
        {
            json.WriteStartObject("validation");
            json.WriteNumber("impressions", report.Impressions);
            json.WriteNumber("clicks", report.Clicks);
            json.WriteNumber("conversions", report.Conversions);
            WriteTask(json, "ctr", report.Ctr);
            WriteTask(json, "cvr", report.Cvr);
            WriteTask(json, "ctcvr", report.Ctcvr);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteTask(Utf8JsonWriter json, string name, TaskMetrics task)
    {
        json.WriteStartObject(name);
        json.WriteString("population", task.Population);
        json.WriteNumber("rows", task.Rows);
        json.WriteNumber("positives", task.Positives);
        foreach ((string metric, double? value) in ((string, double?)[])
        [
            ("auc", task.Auc), ("logLoss", task.LogLoss), ("pcoc", task.Pcoc), ("pcocLow", task.PcocInterval?.Low), ("pcocHigh", task.PcocInterval?.High),
            ("normalisedEntropy", task.NormalisedEntropy), ("calibrationError", task.CalibrationError), ("averagePrecision", task.AveragePrecision),
        ])
        {
            if (value is { } number)
            {
                json.WriteNumber(metric, number);
            }
        }

        json.WriteEndObject();
    }

    private static EpochResult ReadEpoch(ConfigNode node, IReadOnlyList<string> losses)
    {
        IReadOnlyList<double> values = node.Numbers("losses") ?? [];
        Require(node, values.Count == losses.Count, "losses", "a mean for each loss was expected");
        ConfigNode? validation = node.Section("validation");
        EvaluationReport? report = validation is null ? null : new EvaluationReport(
            Count(validation, "impressions"), Count(validation, "clicks"), Count(validation, "conversions"), new Dictionary<string, long>(),
            ReadTask(validation, "ctr"), ReadTask(validation, "cvr"), ReadTask(validation, "ctcvr"));
        return new EpochResult(node.RequiredInteger("epoch", 1, 1_000_000), Count(node, "steps"), [.. losses.Zip(values, (name, value) => new LossValue(name, value))], report);
    }

    private static TaskMetrics ReadTask(ConfigNode report, string name)
    {
        if (report.Section(name) is not { } node)
        {
            report.Fault(name, "missing; an object was expected");
            return new TaskMetrics("", 0, 0, null, null, null);
        }

        double? low = Metric(node, "pcocLow"), high = Metric(node, "pcocHigh");
        return new TaskMetrics(node.RequiredText("population"), Count(node, "rows"), Count(node, "positives"), Metric(node, "auc"), Metric(node, "logLoss"), Metric(node, "pcoc"))
        {
            PcocInterval = low is { } from && high is { } to ? new Interval(from, to) : null,
            NormalisedEntropy = Metric(node, "normalisedEntropy"),
            CalibrationError = Metric(node, "calibrationError"),
            AveragePrecision = Metric(node, "averagePrecision"),
        };
    }

    // A log loss of nearly 0 may be rounded to just below it.
    private static double? Metric(ConfigNode node, string key) => node.OptionalNumber(key, double.MinValue, double.MaxValue);

    private static long Count(ConfigNode node, string key) => node.Long(key, 0, 0, long.MaxValue);
}
