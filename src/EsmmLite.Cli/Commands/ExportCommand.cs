using System.CommandLine;
using System.Globalization;
using EsmmLite.Cli.Terminal;
using EsmmLite.Formats.Onnx;
using EsmmLite.Model;

namespace EsmmLite.Cli.Commands;

/// <summary><c>esmm export onnx</c>.</summary>
internal static class ExportCommand
{
    public const string Examples =
        """
        Examples:
          esmm export onnx --model model.safetensors --out model.onnx

        The graph reads encoded impressions: an id for each field with an embedding, a number for
        each other one. Hashing, vocabularies and scaling stay with EsmmLite: docs/onnx.md.
        """;

    private static readonly Option<string> Model = Options.Model();
    private static readonly Option<string> Out = new("--out", "-o") { Description = "The file to write.", HelpName = "FILE", Required = true };

    public static Command Create()
    {
        var onnx = new Command("onnx", "Write the network as ONNX, for ONNX Runtime and others.") { Model, Out };
        onnx.SetAction(Run);
        return new Command("export", "Write a model for another program.") { onnx };
    }

    private static int Run(ParseResult parsed)
    {
        string source = parsed.GetRequiredValue(Model), path = parsed.GetRequiredValue(Out);
        Files.RequireWritable("--out", path, source);
        EsmmModel model = EsmmModel.Load(source);
        OnnxSignature signature = OnnxExport.Save(model, path);
        var table = new TextTable("Inputs and outputs, each of shape [batch]", "", "name", "type", "values");
        foreach (OnnxInput input in signature.Inputs)
        {
            table.Add("input", input.Name, input.IsId ? "INT64" : "FLOAT", input.Values);
        }

        foreach (OnnxOutput output in signature.Outputs)
        {
            table.Add("output", output.Name, "FLOAT", output.Values);
        }

        table.Write();
        new TextTable("File", "", "")
            .Add("path", path)
            .Add("size on disk", Show.Bytes(new FileInfo(path).Length))
            .Add("ONNX operator set", OnnxExport.Opset.ToString(CultureInfo.InvariantCulture))
            .Add("digest of the model", model.Digest ?? "n/a")
            .Write();
        return ExitCodes.Done;
    }
}
