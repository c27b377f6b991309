using System.Text.Json.Serialization;

namespace EsmmLite.Experiments.PaperBench;

/// <summary>A piece of the comparison that is done at once and recorded when it is done.</summary>
/// <param name="Data">Name of the data.</param>
/// <param name="Rate">Share of the training impressions.</param>
/// <param name="Repeat">From 1.</param>
/// <param name="Method">The one method that is done; all of them if null.</param>
public sealed record BenchUnit(string Data, double Rate, int Repeat, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Method = null);

/// <summary>What came out of a unit.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Log">What the log is like: counts, AUC of the CTR network, correlation of the two logits.</param>
/// <param name="Methods">Each method's figures, by its name.</param>
public sealed record BenchOutcome(BenchUnit Unit, IReadOnlyDictionary<string, double> Log, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Methods);

/// <summary>How much is compared.</summary>
/// <param name="Methods">Which methods.</param>
/// <param name="Rates">Shares of the training impressions.</param>
/// <param name="Repeats">Repeats of everything.</param>
/// <param name="ChooseVariants">Whether the best variant of a method is chosen, on the validation impressions of the first repeat, or the default taken.</param>
public sealed record BenchPlan(IReadOnlyList<BenchMethod> Methods, IReadOnlyList<double> Rates, int Repeats, bool ChooseVariants);
