using System.Text;

namespace EsmmLite.Experiments.Simulation;

/// <summary>A config for a simulated log, ready for <c>esmm train</c>.</summary>
public static class SimulationConfig
{
    /// <summary>The config as JSON text.</summary>
    /// <param name="options">The world: which columns its log has.</param>
    public static string Write(FunnelSimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        StringBuilder text = new();
        text.Append(
            """
            {
              "why": "Written by 'esmm simulate' for the log beside it.",
              "fields": [
                {"name": "user_id", "kind": "vocabulary", "dim": 16, "minCount": 3, "side": "request"},
                {"name": "site", "kind": "vocabulary", "dim": 16, "side": "request"},
                {"name": "device", "kind": "vocabulary", "dim": 16, "side": "request"},
                {"name": "hour", "kind": "vocabulary", "dim": 16, "integer": true, "side": "request"},
                {"name": "item_id", "kind": "vocabulary", "dim": 16, "minCount": 3, "side": "candidate"},
                {"name": "category", "kind": "vocabulary", "dim": 16, "side": "candidate"},
                {"name": "price", "kind": "numeric", "log": true, "side": "candidate"}
            """);
        if (options.PositionEffect > 0)
        {
            text.Append(
                """
                ,
                    {"name": "position", "kind": "vocabulary", "dim": 16, "integer": true, "side": "request", "serve": {"fixed": 1}}
                """);
        }

        text.Append("\n  ],\n  \"labels\": [{\"name\": \"click\"}, {\"name\": \"conversion\"");
        text.Append(options.DelayHours > 0 && options.ImpressionsPerDay > 0 ? ", \"timeColumn\": \"conversion_time\"}],\n" : "}],\n");
        text.Append(options.ImpressionsPerDay > 0 ? "  \"time\": {\"column\": \"time\"},\n" : "");
        text.Append(
            """
              "towers": {"ctr": [64, 32], "cvr": [64, 32]},
              "initialiser": {"embedding": "uniform"},
              "training": {
                "learningRate": 0.001, "batch": 512, "epochs": 10, "seed": 1,
                "earlyStopping": {"metric": "ctcvr.logLoss", "patience": 2}
              }
            }

            """);
        return text.ToString();
    }
}
