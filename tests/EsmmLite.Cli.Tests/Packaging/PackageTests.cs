using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace EsmmLite.Cli.Tests.Packaging;

/// <summary>The packages as a stranger gets them: what is in them, the tool installed, a program built against the library.</summary>
public sealed class PackageTests(PackedProjects packed) : IClassFixture<PackedProjects>
{
    private const string Version = "0.1.0";

    [Theory]
    [InlineData("EsmmLite", "lib/net10.0/EsmmLite.dll lib/net10.0/EsmmLite.xml buildTransitive/EsmmLite.targets")]
    [InlineData("EsmmLite.Formats", "lib/net10.0/EsmmLite.Formats.dll lib/net10.0/EsmmLite.Formats.xml")]
    [InlineData("EsmmLite.Cli", "tools/net10.0/any/esmm.dll tools/net10.0/any/EsmmLite.dll tools/net10.0/any/DotnetToolSettings.xml")]
    public void APackageSaysWhatItIsAndNothingOfTheMachineThatMadeIt(string id, string files)
    {
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(packed.Packages, $"{id}.{Version}.nupkg"));
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];
        Assert.All([.. files.Split(' '), "README.md"], file => Assert.Contains(file, names));
        string nuspec = Text(package, id + ".nuspec");
        XElement metadata = XDocument.Parse(nuspec).Root!.Elements().First();
        string Value(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        Assert.Equal((id, Version, "MIT", "README.md"), (Value("id"), Value("version"), Value("license"), Value("readme")));
        Assert.InRange(Value("description").Length, 60, 400);
        Assert.Contains("esmm", Value("tags"), StringComparison.Ordinal);
        Assert.DoesNotContain(metadata.Descendants().Where(element => element.Name.LocalName == "repository"), repository => repository.Attribute("url") is not null);
        Assert.StartsWith("# EsmmLite", Text(package, "README.md"), StringComparison.Ordinal);
        foreach (ZipArchiveEntry entry in package.Entries.Where(entry => Path.GetFileName(entry.FullName) is var name && (name.StartsWith("EsmmLite", StringComparison.Ordinal) || name.StartsWith("esmm", StringComparison.Ordinal))))
        {
            string bytes = Text(package, entry.FullName, Encoding.Latin1);
            Assert.False(bytes.Contains(Repository.Root, StringComparison.Ordinal), entry.FullName + " names " + Repository.Root);
        }
    }

    [Fact]
    public void TheToolIsInstalledAndRunsTheDemo()
    {
        string tools = Path.Combine(packed.Folder, "tools"), demo = Path.Combine(packed.Folder, "demo");
        Dotnet.Run(packed.Folder, "tool", "install", "EsmmLite.Cli", "--version", Version, "--tool-path", tools, "--configfile", Path.Combine(packed.Folder, "nuget.config"));
        string esmm = Path.Combine(tools, OperatingSystem.IsWindows() ? "esmm.exe" : "esmm");
        Assert.Equal(Version, Dotnet.Run(esmm, packed.Folder, ["--version"]).Trim());
        Assert.Contains("4. How well is pCVR ranked over ALL", Dotnet.Run(esmm, packed.Folder, ["demo", "--quick", "--out", demo]), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(demo, "model.safetensors")));
    }

    [Fact]
    public void TheReadmesCodeBuildsAgainstThePackagesAndRuns()
    {
        string folder = Project("readme", ReadmeProgram.Source());
        Dotnet.Run(folder, "build", "-c", "Release", "-nodeReuse:false", "-warnaserror");
        ReadmeProgram.WriteInputs(folder);
        Assert.Equal("3 ranked", Dotnet.Run(folder, Path.Combine("bin", "Release", "net10.0", "readme.dll")).Trim());
    }

    [Fact]
    public void ANativeBuildThatNamesNoInstructionSetIsWarned()
    {
        string folder = Project("native", "System.Console.WriteLine(new EsmmLite.Evaluation.AucAccumulator());");
        Dotnet.Run(folder, "restore", "-nodeReuse:false");

        // The target hangs on the usual ones; a whole publish would need the native tool chain.
        string Build(params string[] properties) => Dotnet.Run(folder, ["msbuild", "-t:PrepareForBuild", "-nodeReuse:false", "-p:RuntimeIdentifier=linux-x64", .. properties]);
        string warned = Build("-p:PublishAot=true");
        Assert.Contains("warning ESMM001", warned, StringComparison.Ordinal);
        Assert.Contains("x86-64-v3", warned, StringComparison.Ordinal);
        Assert.DoesNotContain("ESMM001", Build("-p:PublishAot=true", "-p:IlcInstructionSet=native"), StringComparison.Ordinal);
        Assert.DoesNotContain("ESMM001", Build(), StringComparison.Ordinal);
    }

    private static string Text(ZipArchive package, string name, Encoding? encoding = null)
    {
        using var reader = new StreamReader(package.GetEntry(name)!.Open(), encoding ?? Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>A console program that refers to the packages.</summary>
    private string Project(string name, string source)
    {
        string folder = Directory.CreateDirectory(Path.Combine(packed.Folder, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "Program.cs"), source);
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseAppHost>false</UseAppHost>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="EsmmLite.Formats" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);
        return folder;
    }
}
