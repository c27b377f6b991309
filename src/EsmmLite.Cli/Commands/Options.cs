using System.CommandLine;

namespace EsmmLite.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public const string StandardStream = "-";

    public static Option<string> Model() => new("--model", "-m") { Description = "The model file.", HelpName = "FILE", Required = true };

    public static Option<string[]> Data(string description) => new("--data", "-d")
    {
        Description = description,
        HelpName = "FILE...",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    public static Option<int> Threads()
    {
        var option = new Option<int>("--threads")
        {
            Description = "Threads to compute with; 0 for one a core. The result does not depend on it.",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is >= 0 and <= 1024)
            {
                return;
            }

            result.AddError("--threads must be between 0 and 1024.");
        });
        return option;
    }

    public static Option<bool> Json(string description) => new("--json") { Description = description };
}
