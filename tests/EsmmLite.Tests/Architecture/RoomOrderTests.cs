namespace EsmmLite.Tests.Architecture;

public class RoomOrderTests
{
    [Fact]
    public void Every_room_of_the_engine_uses_only_rooms_before_it()
    {
        string engine = Path.Combine(Root(), "src", "EsmmLite");
        var faults = new List<string>();
        int files = 0;
        foreach (string file in Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(engine, file);
            string room = name.Split(Path.DirectorySeparatorChar)[0];
            if (room is "bin" or "obj")
            {
                continue;
            }

            files++;
            faults.AddRange(RoomScanner.Faults(room, File.ReadAllText(file)).Select(f => $"{name}: {f}"));
        }

        Assert.True(files > 10, "The scanner found no files.");
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
        Assert.DoesNotContain("<Using ", File.ReadAllText(Path.Combine(engine, "EsmmLite.csproj")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Features", "using EsmmLite.Training;\nnamespace EsmmLite.Features;", "Features names Training")]
    [InlineData("Features", "using static EsmmLite.Model.EsmmModel;\nnamespace EsmmLite.Features;", "Features names Model")]
    [InlineData("Kernels", "using Batch = EsmmLite.Features.ImpressionBatch;\nnamespace EsmmLite.Kernels;", "Kernels names Features")]
    [InlineData("Memory", "namespace EsmmLite.Memory;\nclass A { EsmmLite.Layers.Tower t; }", "Memory names Layers")]
    [InlineData("Memory", "namespace EsmmLite.Memory;\nclass A { Layers.Tower t; }", "Memory names Layers")]
    [InlineData("Memory", "namespace EsmmLite.Memory;\nclass A { string s = \"//\"; Layers.Tower t; }", "Memory names Layers")]
    [InlineData("Scoring", "namespace EsmmLite.Scoring;\nclass A { global::EsmmLite.Training.Trainer t; }", "Scoring names Training")]
    [InlineData("Training", "using EsmmLite.Scoring;\nnamespace EsmmLite.Training;", "Training names Scoring")]
    [InlineData("Training", "namespace EsmmLite.Model;", "the namespace is 'EsmmLite.Model'")]
    [InlineData("Training", "namespace EsmmLite;", "the namespace is 'EsmmLite'")]
    [InlineData("Diagnostics", "global using EsmmLite;\nnamespace EsmmLite;", "a global using reaches into every room")]
    [InlineData("Helpers", "namespace EsmmLite.Helpers;", "'Helpers' is not a room")]
    public void A_violation_is_found(string room, string source, string fault) => Assert.Equal([fault], RoomScanner.Faults(room, source));

    [Theory]
    [InlineData("Diagnostics", "namespace EsmmLite;")]
    [InlineData("Scoring", "using EsmmLite.Model;\nusing EsmmLite.Evaluation;\nusing System;\nnamespace EsmmLite.Scoring;\nclass A { Kernels.FixedDot d; }")]
    [InlineData("Features", "namespace EsmmLite.Features;\n// Training. and EsmmLite.Scoring. are only talked of\n/* Model. */ class A { Memory<byte> m; object b = a.Training.x; }")]
    public void What_is_allowed_is_let_through(string room, string source) => Assert.Empty(RoomScanner.Faults(room, source));

    private static string Root()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "EsmmLite.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException("EsmmLite.sln is not above the tests.");
    }
}
