namespace EsmmLite.RealData.Comparison;

/// <summary>A real log: its files, its sample config, how it is split, and what is known of it.</summary>
internal sealed record RealDataSet
{
    /// <summary>Name in the table.</summary>
    public required string Name { get; init; }

    /// <summary>The config among the samples.</summary>
    public required string Config { get; init; }

    /// <summary>The log, or its training part.</summary>
    public required string File { get; init; }

    /// <summary>The given validation part; null when the log is split here.</summary>
    public string? ValidationFile { get; init; }

    /// <summary>The given test part; null when the log is split here.</summary>
    public string? TestFile { get; init; }

    /// <summary>The column whose values stay together; null to split by row.</summary>
    public string? SplitBy { get; init; }

    /// <summary>The names of the columns of a file that has none; null for a file with a header.</summary>
    public string? Header { get; init; }

    /// <summary>What tells a click, as <c>esmm init --click</c> takes it.</summary>
    public required string Click { get; init; }

    /// <summary>What tells a conversion.</summary>
    public required string Conversion { get; init; }

    /// <summary>The column that groups rows, as <c>esmm init --group</c> takes it; the one it is split by unless set.</summary>
    public string? Group { get => field ?? SplitBy; init; }

    /// <summary>How it is split, in words.</summary>
    public string Split => TestFile is not null ? "given files" : SplitBy ?? "row";

    /// <summary>Impressions, clicks and conversions of all parts, as the data's own description counts them.</summary>
    public required (long Impressions, long Clicks, long Conversions) Counts { get; init; }

    /// <summary>
    /// Whether the test part has the logged values of fields that are known only afterwards, as the description of the data has, and not
    /// those they are served with. The model is trained with the logged ones either way.
    /// </summary>
    public bool AsLogged { get; init; }

    /// <summary>
    /// How many seeds the table has. As served, the difference between two models varies from split to split more than twice as much as as
    /// logged, so five can't tell a hundredth.
    /// </summary>
    public int Seeds { get; init; } = 5;

    /// <summary>AUC of CTR, CVR and CTCVR of the plain logistic regression in the data's own description (one seed, another split); null when it has none.</summary>
    public (double Ctr, double Cvr, double Ctcvr, double LogLoss)? PublishedFloor { get; init; }

    /// <summary>The sets of the table in docs/real-data.md.</summary>
    public static IReadOnlyList<RealDataSet> All { get; } =
    [
        new()
        {
            Name = "Expedia a", Config = "expedia.json", Click = "click_bool", Conversion = "booking_bool", File = "expedia/sample1000searches-a.csv.gz", SplitBy = "srch_id",
            Counts = (24_577, 1_155, 715), PublishedFloor = (0.579, 0.834, 0.676, 0.1290),
        },
        new()
        {
            Name = "Expedia a, position as logged", Config = "expedia-position.json", Click = "click_bool", Conversion = "booking_bool", File = "expedia/sample1000searches-a.csv.gz", SplitBy = "srch_id",
            Counts = (24_577, 1_155, 715), PublishedFloor = (0.696, 0.853, 0.788, 0.1169), AsLogged = true,
        },
        new()
        {
            Name = "Expedia a, position as served", Config = "expedia-position.json", Click = "click_bool", Conversion = "booking_bool", File = "expedia/sample1000searches-a.csv.gz", SplitBy = "srch_id",
            Counts = (24_577, 1_155, 715), Seeds = 20,
        },
        new()
        {
            Name = "Expedia first 10,000", Config = "first10k.json", Click = "click_bool", Conversion = "booking_bool", File = "expedia/first10k-train.csv.gz",
            ValidationFile = "expedia/first10k-eval.csv.gz", TestFile = "expedia/first10k-test.csv.gz", Group = "srch_id", Counts = (10_000, 457, 281),
        },
        new()
        {
            Name = "Hillstrom", Config = "hillstrom.json", Click = "visit", Conversion = "conversion", File = "hillstrom/hillstrom.csv.gz",
            Counts = (64_000, 9_394, 578), PublishedFloor = (0.654, 0.510, 0.627, 0.0510),
        },
        new()
        {
            Name = "OULAD", Config = "oulad.json", Click = "final_result!=Withdrawn", Conversion = "final_result=Pass,Distinction", File = "oulad/studentInfo.csv.gz", SplitBy = "id_student",
            Counts = (32_593, 22_437, 15_385), PublishedFloor = (0.667, 0.672, 0.667, 0.6489),
        },
    ];

    /// <summary>
    /// Two labels that are no funnel: rich, and never married. Many more columns of text than the others have.
    /// </summary>
    public static RealDataSet Census { get; } = new()
    {
        Name = "Census", Config = "census.json", Click = "income=50000+.", Conversion = "marital_status=Never married", File = "census-income-kdd/census-income.test.gz",
        Counts = (99_762, 6_186, 545),
        Header = "age,class_of_worker,industry_code,occupation_code,education,wage_per_hour,enrolled_last_week,marital_status,industry,occupation,race,hispanic_origin,sex,"
            + "labor_union,reason_for_unemployment,full_or_part_time,capital_gains,capital_losses,dividends,tax_filer_status,previous_region,previous_state,household_status,"
            + "household_summary,instance_weight,migration_msa,migration_region,migration_within_region,same_house_a_year,previous_sunbelt,employees,family_under_18,"
            + "country_of_father,country_of_mother,country_of_birth,citizenship,own_business,veterans_questionnaire,veterans_benefits,weeks_worked,year,income",
    };

    /// <summary>The sets on which the config of <c>esmm init</c> stands beside a sample. With the place on the page there is nothing to compare: it leaves that out.</summary>
    public static IReadOnlyList<RealDataSet> WithDraft { get; } = [.. All.Where(set => set.Config != "expedia-position.json"), Census];

    public override string ToString() => Name;
}
