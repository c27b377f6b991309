using System.CommandLine;
using EsmmLite.Experiments.Simulation;

namespace EsmmLite.Cli.Simulating;

/// <summary>The knobs of a simulated world; each overrides the regime's value.</summary>
internal static class WorldOptions
{
    private static readonly Option<double?> ObservedShift = Number("--observed-shift", "How far clicked and unclicked impressions are apart in the observed fields.");
    private static readonly Option<double?> Hidden = Number("--hidden-confounding", "Strength of a hidden factor that drives click and conversion.");
    private static readonly Option<double?> Sharing = Number("--sharing", "How much click and conversion have in common, 0 to 1.");
    private static readonly Option<double?> Ctr = Number("--ctr", "Mean P(click) of impressions.");
    private static readonly Option<double?> Cvr = Number("--cvr", "Mean P(conversion) of clicked impressions.");
    private static readonly Option<int?> Users = Whole("--users", "Users that there are at a time.");
    private static readonly Option<int?> Items = Whole("--items", "Items that there are at a time.");
    private static readonly Option<int?> Categories = Whole("--categories", "Categories that items belong to.");
    private static readonly Option<int?> Sites = Whole("--sites", "Sites that impressions occur on.");
    private static readonly Option<double?> IdShare = Number("--id-share", "Share of the signal carried by user and item ids, 0 to 1.");
    private static readonly Option<double?> Interactions = Number("--interactions", "Share of the signal that no linear model can express, 0 to 1.");
    private static readonly Option<double?> Churn = Number("--churn", "Share of users and items replaced a day.");
    private static readonly Option<double?> Delay = Number("--delay-hours", "Mean hours from impression to conversion.");
    private static readonly Option<double?> Noise = Number("--conversion-noise", "P(conversion logged) of unclicked impressions.");
    private static readonly Option<double?> Keep = Number("--negative-keep", "Share of unclicked impressions that get into the log.");
    private static readonly Option<double?> Position = Number("--position-effect", "Fall of the click logit for every factor e of the position.");

    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[ObservedShift, Hidden, Sharing, Ctr, Cvr, Users, Items, Categories, Sites, IdShare, Interactions, Churn, Delay, Noise, Keep, Position])
        {
            command.Add(option);
        }
    }

    public static FunnelSimulatorOptions Read(ParseResult parsed, FunnelSimulatorOptions regime) => regime with
    {
        ObservedShift = parsed.GetValue(ObservedShift) ?? regime.ObservedShift,
        HiddenConfounding = parsed.GetValue(Hidden) ?? regime.HiddenConfounding,
        Sharing = parsed.GetValue(Sharing) ?? regime.Sharing,
        TargetCtr = parsed.GetValue(Ctr) ?? regime.TargetCtr,
        TargetCvr = parsed.GetValue(Cvr) ?? regime.TargetCvr,
        Users = parsed.GetValue(Users) ?? regime.Users,
        Items = parsed.GetValue(Items) ?? regime.Items,
        Categories = parsed.GetValue(Categories) ?? regime.Categories,
        Sites = parsed.GetValue(Sites) ?? regime.Sites,
        IdShare = parsed.GetValue(IdShare) ?? regime.IdShare,
        InteractionShare = parsed.GetValue(Interactions) ?? regime.InteractionShare,
        Churn = parsed.GetValue(Churn) ?? regime.Churn,
        DelayHours = parsed.GetValue(Delay) ?? regime.DelayHours,
        ConversionNoise = parsed.GetValue(Noise) ?? regime.ConversionNoise,
        NegativeKeep = parsed.GetValue(Keep) ?? regime.NegativeKeep,
        PositionEffect = parsed.GetValue(Position) ?? regime.PositionEffect,
    };

    /// <summary>The option that sets a property of <see cref="FunnelSimulatorOptions"/>; the property where none does.</summary>
    public static string NameOf(string property) => property switch
    {
        nameof(FunnelSimulatorOptions.ObservedShift) => ObservedShift.Name,
        nameof(FunnelSimulatorOptions.HiddenConfounding) => Hidden.Name,
        nameof(FunnelSimulatorOptions.Sharing) => Sharing.Name,
        nameof(FunnelSimulatorOptions.TargetCtr) => Ctr.Name,
        nameof(FunnelSimulatorOptions.TargetCvr) => Cvr.Name,
        nameof(FunnelSimulatorOptions.Users) => Users.Name,
        nameof(FunnelSimulatorOptions.Items) => Items.Name,
        nameof(FunnelSimulatorOptions.Categories) => Categories.Name,
        nameof(FunnelSimulatorOptions.Sites) => Sites.Name,
        nameof(FunnelSimulatorOptions.IdShare) => IdShare.Name,
        nameof(FunnelSimulatorOptions.InteractionShare) => Interactions.Name,
        nameof(FunnelSimulatorOptions.Churn) => Churn.Name,
        nameof(FunnelSimulatorOptions.DelayHours) => Delay.Name,
        nameof(FunnelSimulatorOptions.ConversionNoise) => Noise.Name,
        nameof(FunnelSimulatorOptions.NegativeKeep) => Keep.Name,
        nameof(FunnelSimulatorOptions.PositionEffect) => Position.Name,
        _ => property,
    };

    private static Option<double?> Number(string name, string description) => new(name) { Description = description, HelpName = "X" };

    private static Option<int?> Whole(string name, string description) => new(name) { Description = description, HelpName = "N" };
}
