namespace EsmmLite.Cli.Demo;

/// <summary>The config the demo trains with; written beside the log, so that <c>esmm train</c> can be run on it by hand.</summary>
internal static class DemoConfig
{
    public const double HoldoutShare = 0.1;
    public const string HoldoutShareText = "0.1";

    public const string Esmm =
        """
        {
          "why": "Written by 'esmm demo': ESMM on a simulated log.",
          "fields": [
            {"name": "user_id", "kind": "vocabulary", "dim": 8, "minCount": 5, "side": "request"},
            {"name": "site", "kind": "vocabulary", "dim": 8, "side": "request"},
            {"name": "device", "kind": "vocabulary", "dim": 8, "side": "request"},
            {"name": "hour", "kind": "vocabulary", "dim": 8, "integer": true, "side": "request"},
            {"name": "item_id", "kind": "vocabulary", "dim": 8, "minCount": 5, "side": "candidate"},
            {"name": "category", "kind": "vocabulary", "dim": 8, "side": "candidate"},
            {"name": "price", "kind": "numeric", "log": true, "side": "candidate"}
          ],
          "crosses": [["user_id", "item_id"]],
          "labels": [{"name": "click"}, {"name": "conversion"}],
          "conversionWithoutClick": "drop",
          "missing": [""],
          "towers": {"ctr": [32, 16], "cvr": [32, 16]},
          "initialiser": {"embedding": "uniform"},
          "loss": {"ctr": 1, "ctcvr": 1},
          "training": {
            "learningRate": 0.001, "batch": 256, "epochs": 6, "seed": 1,
            "earlyStopping": {"metric": "ctcvr.logLoss", "patience": 1}
          }
        }

        """;
}
