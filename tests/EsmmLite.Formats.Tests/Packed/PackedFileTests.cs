using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Formats.Tests.Packed;

public sealed class PackedFileTests : IDisposable
{
    private static readonly Schema Mixed = TestFolder.Numbers() with
    {
        Fields = [new VocabularyField { Name = "user" }, new NumericField { Name = "id" }, new NumericField { Name = "cut", Column = "id", Buckets = 4 }, new HashedField { Name = "hash", Column = "user", Buckets = 100 }],
    };

    private readonly TestFolder _folder = new();
    private readonly string _path;

    public PackedFileTests() => _path = Path.Combine(_folder.Path, "log.esmmpack");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatWasSavedComesBackBitByBit()
    {
        DelimitedLog log = _folder.Numbered(3000);
        Holdout holdout = Holdout.ByColumn("user", 0.2, 3);
        PackedKey key = PackedKey.Of(Mixed, log, holdout, null, 1);
        using PackedData data = Read(log, Mixed, holdout);
        PackedFile.Save(_path, key, data, TestContext.Current.CancellationToken);
        using PackedData? back = PackedFile.TryOpen(_path, PackedKey.Of(Mixed, log, holdout, null, 1), out string? unusable, TestContext.Current.CancellationToken);
        Assert.Null(unusable);
        Assert.NotNull(back);
        Assert.Equal((data.Fingerprint, data.Space.ToJson()), (back.Fingerprint, back.Space.ToJson()));
        Assert.Equal(data.Space.VocabularyBytes(0), back.Space.VocabularyBytes(0));
        Assert.Equal(data.Space.VocabularyOffsets(0), back.Space.VocabularyOffsets(0));
        Assert.Equal(Bytes(data.Training), Bytes(back.Training));
        Assert.Equal(Bytes(data.Validation!), Bytes(back.Validation!));
        Assert.Equal(data.TrainingCounts.Reached, back.TrainingCounts.Reached);
        Assert.Equal(data.ValidationCounts!.Reached, back.ValidationCounts!.Reached);
        Assert.Equal((data.Training.Rows, data.Validation!.Rows), (back.TrainingCounts.Impressions, back.ValidationCounts.Impressions));
        Assert.Equal(["log.csv", "log.esmmpack"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void VocabulariesOfListsAndAdmittedBucketsComeBack()
    {
        Schema schema = TestFolder.Numbers() with
        {
            Fields =
            [
                new VocabularyField { Name = "users", Column = "user", List = new ListOptions() },
                new HashedField { Name = "often", Column = "user", Buckets = 100, MinCount = 2 },
                new VocabularyField { Name = "again", Column = "user", Shares = "users" },
            ],
        };
        DelimitedLog log = _folder.Numbered(300);
        PackedKey key = PackedKey.Of(schema, log, null, null, 1);
        using PackedData data = Read(log, schema, null);
        PackedFile.Save(_path, key, data, TestContext.Current.CancellationToken);
        using PackedData? back = PackedFile.TryOpen(_path, key, out string? unusable, TestContext.Current.CancellationToken);
        Assert.Null(unusable);
        Assert.NotNull(back);
        Assert.All([0, 1, 2], field => Assert.Equal(data.Space.VocabularyBytes(field), back.Space.VocabularyBytes(field)));
        Assert.Equal(data.Space.ToJson(), back.Space.ToJson());
        Assert.True(back.Space.Encoders[1].Rows > 1);
    }

    [Fact]
    public void DroppedRowsStayCounted()
    {
        DelimitedLog log = _folder.Log("id,user,click,conversion\n1,a,0,1\n2,b,1,1\n3,c,0,1\n");
        Save(log);
        using PackedData back = PackedFile.TryOpen(_path, Key(log), out _, TestContext.Current.CancellationToken)!;
        Assert.Equal(2, back.TrainingCounts.Dropped[FunnelRule.ConversionWithoutClickReason]);
        Assert.Null(back.Validation);
    }

    [Fact]
    public void ADamagedByteIsNoticedWhereverItLies()
    {
        DelimitedLog log = _folder.Numbered(20);
        Save(log);
        byte[] whole = File.ReadAllBytes(_path);
        for (int at = 8; at < whole.Length; at += at < 80 || at > whole.Length - 60 ? 1 : 7)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 16;
            File.WriteAllBytes(_path, damaged);
            AssertUnusable(log, at is >= 8 and < 12 ? "another version" : "damaged");
        }

        foreach (int length in (int[])[64, 100, whole.Length - 1])
        {
            File.WriteAllBytes(_path, whole[..length]);
            AssertUnusable(log, "damaged");
        }

        File.WriteAllBytes(_path, [.. whole, 0]);
        AssertUnusable(log, "damaged");
    }

    [Fact]
    public void AFileOfAnotherKindIsNotTakenForAPackedLog()
    {
        DelimitedLog log = _folder.Numbered(20);
        foreach (byte[] bytes in (byte[][])[[], "esmm"u8.ToArray(), File.ReadAllBytes(log.Files[0])])
        {
            File.WriteAllBytes(_path, bytes);
            Assert.Contains("is not a packed log", Assert.Throws<EsmmException>(() => PackedFile.TryOpen(_path, Key(log), out _, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnythingItDependsOnMakesItStale()
    {
        DelimitedLog log = _folder.Numbered(50);
        Save(log);
        AssertUnusable(PackedKey.Of(Mixed with { MissingValues = ["", "?"] }, log, null, null, 1), "another schema");
        AssertUnusable(PackedKey.Of(Mixed with { ConversionWithoutClick = ConversionWithoutClick.AsClick }, log, null, null, 1), "another schema");
        AssertUnusable(PackedKey.Of(Mixed, log, Holdout.ByRow(0.5, 1), null, 1), "no holdout");
        AssertUnusable(PackedKey.Of(Mixed, log, null, null, 2), "another seed");
        AssertUnusable(PackedKey.Of(Mixed, log, null, log, 1), "0 validation files where there are 1");
        AssertUnusable(PackedKey.Of(Mixed, new DelimitedLog([.. log.Files, .. log.Files]), null, null, 1), "1 training files where there are 2");
        AssertUnusable(PackedKey.Of(Mixed, new DelimitedLog(log.Files, new DelimitedLogOptions { Delimiter = ';' }), null, null, 1), "another delimiter");
        AssertUnusable(Key(log) with { Rules = 0 }, "another version");
        using PackedData? fresh = PackedFile.TryOpen(_path, Key(log), out string? unusable, TestContext.Current.CancellationToken);
        Assert.Null(unusable);
        Assert.NotNull(fresh);
    }

    [Fact]
    public void ASeedThatNothingDependsOnDoesNotMatter()
    {
        DelimitedLog log = _folder.Numbered(50);
        Assert.Null(PackedKey.Of(TestFolder.Numbers(), log, null, null, 1).WithDigests().StaleBecause(PackedKey.Of(TestFolder.Numbers(), log, null, null, 2)));
        Assert.NotNull(PackedKey.Of(TestFolder.Numbers(), log, Holdout.ByRow(0.5, 1), null, 1).WithDigests().StaleBecause(PackedKey.Of(TestFolder.Numbers(), log, Holdout.ByRow(0.5, 2), null, 1)));
    }

    [Fact]
    public void ChangedDataAreToldByTheirBytes()
    {
        DelimitedLog log = _folder.Numbered(50);
        string file = log.Files[0];
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
        Save(log);
        byte[] bytes = File.ReadAllBytes(file);

        // The same bytes with another time, or moved elsewhere, are the same data.
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        Assert.Null(Unusable(Key(log)));
        Assert.Null(Unusable(Key(new DelimitedLog([_folder.Write("moved.csv", bytes)]))));

        bytes[^2] ^= 1;
        File.WriteAllBytes(file, bytes);
        AssertUnusable(log, "not packed from what " + file + " holds now");
        File.WriteAllBytes(file, [.. bytes, .. "7,u,0,0\n"u8]);
        AssertUnusable(log, "not packed from what " + file + " holds now");
    }

    [Theory]
    [InlineData("log.csv")] // replaced, its time preserved
    [InlineData("other.csv")]
    public void LengthAndTimeOfChangeDoNotMakeAnotherFileTheSame(string name)
    {
        DelimitedLog log = _folder.Numbered(50);
        DateTime time = DateTime.UtcNow.AddDays(-1);
        File.SetLastWriteTimeUtc(log.Files[0], time);
        Save(log);
        byte[] bytes = File.ReadAllBytes(log.Files[0]);
        bytes[^2] ^= 1;
        string other = _folder.Write(name, bytes);
        File.SetLastWriteTimeUtc(other, time);
        AssertUnusable(new DelimitedLog([other]), "not packed from what " + other + " holds now");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ANameThatCallsForAnotherDelimiterMakesItStale(bool valid)
    {
        // As .csv the header says a comma; as .tsv the name says a tab.
        const string Text = "id,user,click,conversion\n1,2,0,0\n";
        DelimitedLog csv = _folder.Log(Text), tsv = _folder.Log(Text, "log.tsv");
        PackedKey then = (valid ? PackedKey.Of(Mixed, csv, null, csv, 1) : Key(csv)).WithDigests(TestContext.Current.CancellationToken);
        PackedKey now = valid ? PackedKey.Of(Mixed, csv, null, tsv, 1) : Key(tsv);
        Assert.Equal("was packed with another delimiter", then.StaleBecause(now, TestContext.Current.CancellationToken));
        Assert.Null(then.StaleBecause(valid ? PackedKey.Of(Mixed, csv, null, csv, 1) : Key(csv), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AFileThatCannotBeReadIsOurFault()
    {
        DelimitedLog log = _folder.Numbered(50);
        PackedKey key = Key(log);
        Save(log);
        File.Delete(log.Files[0]);
        Assert.Contains("can't be", Assert.Throws<EsmmException>(() => Key(log)).Message, StringComparison.Ordinal);
        Assert.Contains("can't be read", Assert.Throws<EsmmException>(() => PackedFile.TryOpen(_path, key, out _, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

        // Nothing holds the packed log open after that.
        using var alone = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        if (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(_path, UnixFileMode.None);
            Assert.Contains("can't be read", Assert.Throws<EsmmException>(() => PackedFile.RequireReplaceable(_path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void DataThatChangeWhileTheyAreReadAreNotPacked()
    {
        DelimitedLog log = _folder.Numbered(50);
        PackedKey key = Key(log);
        using PackedData data = Read(log, Mixed, null);
        File.AppendAllText(log.Files[0], "1,u,0,0\n");
        Assert.Contains("changed while it was read", Assert.Throws<EsmmException>(() => PackedFile.Save(_path, key, data, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void AnInterruptLeavesTheEarlierFile()
    {
        DelimitedLog log = _folder.Numbered(50);
        Save(log);
        byte[] before = File.ReadAllBytes(_path);
        using PackedData data = Read(log, Mixed, null);
        Assert.Throws<OperationCanceledException>(() => PackedFile.Save(_path, Key(log), data, new CancellationToken(true)));
        Assert.Equal(before, File.ReadAllBytes(_path));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    private static PackedKey Key(DelimitedLog log) => PackedKey.Of(Mixed, log, null, null, 1);

    private static PackedData Read(DelimitedLog log, Schema schema, Holdout? holdout)
    {
        FeatureSpace space = LogSurvey.Run(log, schema, holdout, 1).Space;
        return new PackedData(space, PackedParts.Pack(log, space, holdout));
    }

    private static string Bytes(PackedLog log)
    {
        byte[] records = new byte[log.Rows * log.RecordBytes];
        log.ReadRecords(0, records);
        return log.Rows.ToString(CultureInfo.InvariantCulture) + ":" + Convert.ToHexString(records);
    }

    private void Save(DelimitedLog log)
    {
        PackedKey key = Key(log);
        using PackedData data = Read(log, Mixed, null);
        PackedFile.Save(_path, key, data);
    }

    private string? Unusable(PackedKey key)
    {
        using PackedData? data = PackedFile.TryOpen(_path, key, out string? unusable);
        Assert.Equal(unusable is null, data is not null);
        return unusable;
    }

    private void AssertUnusable(DelimitedLog log, string reason) => AssertUnusable(Key(log), reason);

    private void AssertUnusable(PackedKey key, string reason) => Assert.Contains(reason, Unusable(key), StringComparison.Ordinal);
}
