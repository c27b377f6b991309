using System.Text.Json;

namespace EsmmLite.Cli.Tests.Packaging;

/// <summary>
/// The packages, made of the assemblies that were built with these tests, in a folder with nothing else: the only source of anything
/// called EsmmLite. What they depend on comes from where the solution's restore put it, so no network is needed.
/// </summary>
public sealed class PackedProjects : IDisposable
{
    private static readonly string[] Projects = ["EsmmLite", "EsmmLite.Formats", "EsmmLite.Cli"];

    // .../bin/Release/net10.0/
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public PackedProjects()
    {
        Folder = Directory.CreateTempSubdirectory("esmm-packages-").FullName;
        Packages = Directory.CreateDirectory(Path.Combine(Folder, "packages")).FullName;
        foreach (string project in Projects)
        {
            // Nothing is built, and nothing is written into the repository: another build may be at work there.
            Dotnet.Run(Folder, "pack", Path.Combine(Repository.Root, "src", project, project + ".csproj"), "-c", Configuration, "--no-build", "--no-restore", "-o", Packages,
                "-p:NuspecOutputPath=" + Path.Combine(Folder, "nuspec") + Path.DirectorySeparatorChar);
        }

        File.WriteAllText(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{Packages}" />
                <add key="restored" value="{RestoredPackages()}" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="packed"><package pattern="EsmmLite*" /></packageSource>
                <packageSource key="restored"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(Folder, "Directory.Build.props"), "<Project />");
    }

    /// <summary>The folder of everything that the tests of packages write.</summary>
    public string Folder { get; }

    /// <summary>The folder that holds the packages.</summary>
    public string Packages { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Where the solution's packages lie.</summary>
    private static string RestoredPackages()
    {
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "src", "EsmmLite.Formats", "obj", "project.assets.json")));
        return assets.RootElement.GetProperty("packageFolders").EnumerateObject().First().Name;
    }
}
