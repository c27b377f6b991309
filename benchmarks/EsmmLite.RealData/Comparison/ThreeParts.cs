using System.IO.Compression;
using System.Text;
using EsmmLite.Formats;
using EsmmLite.Formats.Delimited;

namespace EsmmLite.RealData.Comparison;

/// <summary>
/// A log in three parts: to train on, to stop early by, and to test on. What a column groups (a search, a student) stays in one part.
/// A log that is split here is copied into a temporary folder, which Dispose deletes.
/// </summary>
internal sealed class ThreeParts : IDisposable
{
    private const double TestShare = 0.3;
    private const double ValidationShareOfRest = 0.2;
    private const ulong ValidationSalt = 0x5eed;

    private readonly DirectoryInfo? _folder;

    private ThreeParts(string training, string validation, string test, DirectoryInfo? folder)
    {
        (Training, Validation, Test) = (new DelimitedLog([training]), new DelimitedLog([validation]), new DelimitedLog([test]));
        _folder = folder;
    }

    public DelimitedLog Training { get; }

    public DelimitedLog Validation { get; }

    public DelimitedLog Test { get; }

    public static ThreeParts Of(RealDataSet set, string dataFolder, ulong seed)
    {
        string file = Path.Combine(dataFolder, set.File);
        if (set is { ValidationFile: { } validation, TestFile: { } test })
        {
            return new ThreeParts(file, Path.Combine(dataFolder, validation), Path.Combine(dataFolder, test), null);
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("esmmlite-realdata-");
        string[] parts = [.. new[] { "training.csv", "validation.csv", "test.csv" }.Select(name => Path.Combine(folder.FullName, name))];
        if (set.Header is not null)
        {
            file = WithHeader(file, set.Header, Path.Combine(folder.FullName, "named.csv"));
        }

        Write(file, set.SplitBy, seed, parts);
        return new ThreeParts(parts[0], parts[1], parts[2], folder);
    }

    public void Dispose()
    {
        Training.Dispose();
        Validation.Dispose();
        Test.Dispose();
        _folder?.Delete(recursive: true);
    }

    private static string WithHeader(string file, string header, string named)
    {
        using FileStream stream = File.Create(named);
        stream.Write(Encoding.UTF8.GetBytes(header + "\n"));
        using GZipStream content = new(File.OpenRead(file), CompressionMode.Decompress);
        content.CopyTo(stream);
        return named;
    }

    private static void Write(string file, string? column, ulong seed, string[] parts)
    {
        Holdout test = Hold(column, TestShare, seed), validation = Hold(column, ValidationShareOfRest, seed ^ ValidationSalt);
        using var log = new DelimitedLog([file]);
        using DelimitedReader reader = log.Open(column is null ? [] : [column]);
        StreamWriter[] writers = [.. parts.Select(part => new StreamWriter(part))];
        foreach (StreamWriter writer in writers)
        {
            writer.WriteLine(reader.HeaderText);
        }

        while (reader.Read())
        {
            // The record as it stands; asking for a value ends its life.
            string record = reader.Record.TrimEnd("\r\n").ToString();
            int part = IsIn(test) ? 2 : IsIn(validation) ? 1 : 0;
            writers[part].WriteLine(record);
        }

        foreach (StreamWriter writer in writers)
        {
            writer.Dispose();
        }

        bool IsIn(Holdout holdout) => column is null ? holdout.IsValidation(reader.Row) : holdout.IsValidation(reader.Value(0));
    }

    private static Holdout Hold(string? column, double share, ulong seed) => column is null ? Holdout.ByRow(share, seed) : Holdout.ByColumn(column, share, seed);
}
