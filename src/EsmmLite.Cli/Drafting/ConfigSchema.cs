using EsmmLite.Persistence;

namespace EsmmLite.Cli.Drafting;

/// <summary>The JSON Schema of configs, which the tool carries: editors complete a config by the file beside it, without a network.</summary>
internal static class ConfigSchema
{
    /// <summary>What the file is called, and what a config's <c>$schema</c> says.</summary>
    public const string FileName = "esmm.schema.json";

    /// <summary>Puts this version's schema beside a config.</summary>
    /// <returns>Its path.</returns>
    public static string PutBeside(string config)
    {
        string path = Path.Combine(Path.GetDirectoryName(config) ?? "", FileName);
        AtomicFile.Write(path, stream =>
        {
            using Stream schema = typeof(ConfigSchema).Assembly.GetManifestResourceStream(FileName)!;
            schema.CopyTo(stream);
        });
        return path;
    }
}
