namespace EsmmLite.Formats.Tests;

/// <summary>Finds real data where the machine has them.</summary>
internal static class RealDataFolder
{
    /// <summary>The repository and the folder that holds a file; the test is skipped where it is absent.</summary>
    public static (string Root, string Data) Find(string file)
    {
        string root = RepositoryRoot();
        string? data = DataFolder(root, file);
        Assert.SkipWhen(data is null, "there is no " + file + " in shared/data beside the repository; the environment variable ESMMLITE_DATA can name the folder");
        return (root, data!);
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "EsmmLite.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }

    private static string? DataFolder(string root, string file)
    {
        List<string> places = [];
        if (Environment.GetEnvironmentVariable("ESMMLITE_DATA") is { Length: > 0 } named)
        {
            places.Add(named);
        }

        for (string? above = Path.GetDirectoryName(root); above is not null; above = Path.GetDirectoryName(above))
        {
            places.Add(Path.Combine(above, "shared", "data"));
        }

        return places.FirstOrDefault(place => File.Exists(Path.Combine(place, file)));
    }
}
