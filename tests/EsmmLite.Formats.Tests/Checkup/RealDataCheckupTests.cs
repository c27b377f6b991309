using EsmmLite.Features;
using EsmmLite.RealData.Comparison;
using EsmmLite.Training;

namespace EsmmLite.Formats.Tests.Checkup;

/// <summary>Real logs that are not part of the repository: rows that were set aside pass, with drafts and samples, and planted failures are found.</summary>
public sealed class RealDataCheckupTests
{
    private const int FewRows = 1_000;

    // Columns that are nearly always there, and of which no value has most of the rows.
    private static readonly string[] Numbers = ["price_usd", "history", "studied_credits", "age"], Categories = ["site_id", "prop_id", "channel", "region", "education"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (RealDataSet set in RealDataSet.WithDraft)
            {
                cases.Add(set.Name, "sample");
                cases.Add(set.Name, "draft");
                if (set.Group is not null)
                {
                    cases.Add(set.Name, "draft with group");
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RowsSetAsidePassAndPlantedFailuresAreFound(string name, string kind)
    {
        RealDataSet set = RealDataSet.WithDraft.Single(s => s.Name == name);
        (string root, string data) = RealDataFolder.Find(set.File);
        using ThreeParts logs = ThreeParts.Of(set, data, 1);
        EsmmConfig config = kind == "sample" ? EsmmConfig.Load(Path.Combine(root, "samples", set.Config)) : CheckupCase.Draft(logs.Training, set.Click, set.Conversion, kind == "draft" ? null : set.Group);
        using var one = new CheckupCase(logs.Training, logs.Test.Files[0], config);
        one.AssertSound();
        one.AssertSound(FewRows);

        foreach (Field field in one.Schema.Fields.Where(field => (field is NumericField { Buckets: null } ? Numbers : Categories).Contains(field.Name)))
        {
            one.AssertFound(field.Name);
        }
    }
}
