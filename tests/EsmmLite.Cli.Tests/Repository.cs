namespace EsmmLite.Cli.Tests;

/// <summary>Finds the samples, and real data where the machine has them.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    /// <summary>A file of the shared data; the test is skipped where it is absent.</summary>
    public static string Shared(params ReadOnlySpan<string> parts)
    {
        for (DirectoryInfo? folder = new(Root); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine([folder.FullName, "shared", "data", .. parts]);
            if (File.Exists(path))
            {
                return path;
            }
        }

        Assert.Skip("no real data here: ../shared/data/" + string.Join('/', parts.ToArray()) + " was not found above " + Root);
        return "";
    }

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EsmmLite.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("EsmmLite.sln was not found above " + AppContext.BaseDirectory);
    }
}
