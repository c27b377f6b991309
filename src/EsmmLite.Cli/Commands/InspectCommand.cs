using System.CommandLine;
using EsmmLite.Cli.Inspecting;
using EsmmLite.Cli.Terminal;
using EsmmLite.Model;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm inspect</c>.</summary>
internal static class InspectCommand
{
    public const string Examples =
        """
        Examples:
          esmm inspect model.safetensors
          esmm inspect model.safetensors --json
        """;

    private static readonly Argument<string> Model = new("model") { Description = "The model file.", HelpName = "FILE" };
    private static readonly Option<bool> Json = Options.Json("Print one JSON object instead of tables.");

    public static Command Create()
    {
        var command = new Command("inspect", "Show what a model file holds.") { Model, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(Model);
        EsmmModel model = EsmmModel.Load(path);
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(ModelJson.Write(path, model));
        }
        else
        {
            ModelTables.Write(path, model);
        }

        return ExitCodes.Done;
    }
}
