using System.Text.Json;
using EsmmLite.Diagnostics;

namespace EsmmLite.Training;

/// <summary>How the towers' parameters are updated.</summary>
public enum TowerOptimizer
{
    /// <summary>Adam.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW,

    /// <summary>Adagrad.</summary>
    Adagrad,

    /// <summary>FTRL-Proximal.</summary>
    Ftrl,
}

/// <summary>How the embedding tables are updated; every one of them reads and writes the rows of the batch only.</summary>
public enum TableOptimizer
{
    /// <summary>Adam of the touched rows; the others stand still.</summary>
    LazyAdam,

    /// <summary>Adam that catches a row up on the steps it missed when it is next touched: dense Adam to rounding.</summary>
    ExactAdam,

    /// <summary>Lazy Adam with decoupled weight decay of the touched rows.</summary>
    LazyAdamW,

    /// <summary>Adagrad with one sum a weight.</summary>
    Adagrad,

    /// <summary>Adagrad with one sum a row.</summary>
    RowwiseAdagrad,

    /// <summary>FTRL-Proximal.</summary>
    Ftrl,
}

/// <summary>The update rules: docs/family/optimizers.md.</summary>
public sealed record OptimizerOptions
{
    /// <summary>How the towers' parameters are updated.</summary>
    public TowerOptimizer Towers { get; init; } = TowerOptimizer.Adam;

    /// <summary>How the embedding tables are updated.</summary>
    public TableOptimizer Tables { get; init; } = TableOptimizer.LazyAdam;

    /// <summary>Learning rate of the tables as a multiple of the towers'.</summary>
    public double TableRate { get; init; } = 1;

    /// <summary>AdamW's decay: every step multiplies a weight by 1 − rate · decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>What Adagrad's and FTRL's sums of squares begin at.</summary>
    public double InitialSum { get; init; }

    /// <summary>FTRL's β.</summary>
    public double FtrlBeta { get; init; } = 1;

    /// <summary>FTRL's λ1.</summary>
    public double FtrlL1 { get; init; }

    /// <summary>FTRL's λ2.</summary>
    public double FtrlL2 { get; init; }

    /// <summary>The largest β1 of <see cref="TableOptimizer.ExactAdam"/>: a longer memory takes too many steps to catch up on.</summary>
    internal const double LargestExactBeta1 = 0.99;

    internal static OptimizerOptions Read(ConfigNode? node, double beta1, bool scheduled)
    {
        OptimizerOptions d = new();
        if (node is null)
        {
            return d;
        }

        OptimizerOptions read = new()
        {
            Towers = node.Choice("towers", d.Towers, ("adam", TowerOptimizer.Adam), ("adamw", TowerOptimizer.AdamW), ("adagrad", TowerOptimizer.Adagrad), ("ftrl", TowerOptimizer.Ftrl)),
            Tables = node.Choice("tables", d.Tables, ("lazy_adam", TableOptimizer.LazyAdam), ("exact_adam", TableOptimizer.ExactAdam), ("lazy_adamw", TableOptimizer.LazyAdamW), ("adagrad", TableOptimizer.Adagrad), ("rowwise_adagrad", TableOptimizer.RowwiseAdagrad), ("ftrl", TableOptimizer.Ftrl)),
            TableRate = node.Number("tableRate", d.TableRate, 1e-6, 1e6),
            WeightDecay = node.Number("weightDecay", d.WeightDecay, 0, 1),
            InitialSum = node.Number("initialSum", d.InitialSum, 0, 1e6),
            FtrlBeta = node.Number("ftrlBeta", d.FtrlBeta, 1e-9, 1e6),
            FtrlL1 = node.Number("ftrlL1", d.FtrlL1, 0, 1e6),
            FtrlL2 = node.Number("ftrlL2", d.FtrlL2, 0, 1e6),
        };
        if (read.Tables == TableOptimizer.ExactAdam && beta1 > LargestExactBeta1)
        {
            node.Fault("tables", "exact_adam needs a beta1 of at most 0.99: a row catches up on as many steps as the first moment lasts");
        }

        if (scheduled && (read.Tables == TableOptimizer.Ftrl || read.Towers == TowerOptimizer.Ftrl))
        {
            node.Fault("", "ftrl takes no schedule: it lowers the rate of each weight by itself");
        }

        return read;
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("optimizer");
        json.WriteString("towers", Towers switch { TowerOptimizer.AdamW => "adamw", TowerOptimizer.Adagrad => "adagrad", TowerOptimizer.Ftrl => "ftrl", _ => "adam" });
        json.WriteString("tables", Tables switch
        {
            TableOptimizer.ExactAdam => "exact_adam",
            TableOptimizer.LazyAdamW => "lazy_adamw",
            TableOptimizer.Adagrad => "adagrad",
            TableOptimizer.RowwiseAdagrad => "rowwise_adagrad",
            TableOptimizer.Ftrl => "ftrl",
            _ => "lazy_adam",
        });
        json.WriteNumberOrText("tableRate", TableRate);
        json.WriteNumberOrText("weightDecay", WeightDecay);
        json.WriteNumberOrText("initialSum", InitialSum);
        json.WriteNumberOrText("ftrlBeta", FtrlBeta);
        json.WriteNumberOrText("ftrlL1", FtrlL1);
        json.WriteNumberOrText("ftrlL2", FtrlL2);
        json.WriteEndObject();
    }
}
