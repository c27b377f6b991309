using System.Globalization;
using EsmmLite.Features;
using EsmmLite.Formats.Delimited;
using EsmmLite.Formats.Packed;

namespace EsmmLite.Formats.Tests.Packed;

public sealed class PackedLogTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RecordsComeBackAsTheyWereEncoded()
    {
        DelimitedLog log = _folder.Numbered(5000);
        FeatureSpace space = LogSurvey.Run(log, TestFolder.Numbers()).Space;
        using PackedParts parts = PackedParts.Pack(log, space);
        Assert.Null(parts.Validation);
        Assert.Equal((5000L, 4 + 4 + 2), (parts.Training.Rows, parts.Training.RecordBytes));
        ImpressionBatch batch = space.CreateBatch(3000);
        ImpressionBatch expected = space.CreateBatch(1);
        parts.Training.Read(1234, 2990, batch, 10);
        for (int i = 0; i < 2990; i++)
        {
            int id = 1234 + i;
            space.Encode(1, "u" + (id / 7).ToString(CultureInfo.InvariantCulture), expected, 0);
            Assert.Equal((id, expected.Ids(0)[0]), ((int)batch.Numbers(0)[10 + i], batch.Ids(0)[10 + i]));
            Assert.Equal((id % 10 == 0, id % 30 == 0), (batch.Labels(0)[10 + i] == 1, batch.Labels(1)[10 + i] == 1));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => parts.Training.Read(4999, 2, batch, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => parts.Training.Read(0, 2, batch, 2999));
        Assert.Throws<ArgumentOutOfRangeException>(() => parts.Training.Read(-1, 1, batch, 0));
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => parts.Training.Read(0, 1, new ImpressionBatch(2, 1, 2, 1), 0)).Kind);
    }

    [Fact]
    public void GroupsAreNotTornApart()
    {
        DelimitedLog log = _folder.Numbered(7000);
        FeatureSpace space = FeatureSpace.FromSchema(TestFolder.Numbers());
        using PackedParts parts = PackedParts.Pack(log, space, Holdout.ByColumn("user", 0.2, 3));
        HashSet<int> training = Users(parts.Training, space);
        HashSet<int> validation = Users(parts.Validation!, space);
        Assert.Equal(7000, parts.Training.Rows + parts.Validation!.Rows);
        Assert.InRange(validation.Count, 150, 250);
        Assert.Empty(training.Intersect(validation));
        Assert.Equal(0, parts.Validation.Rows % 7);
    }

    [Fact]
    public void FilesAreDeletedAndChangesNoticed()
    {
        using var packed = new TestFolder();
        DelimitedLog log = _folder.Numbered(100);
        LogSurvey survey = LogSurvey.Run(log, TestFolder.Numbers());
        using (PackedParts parts = PackedParts.Pack(log, survey.Space, Holdout.ByRow(0.5, 1), null, survey.Fingerprint, packed.Path))
        {
            Assert.Equal(survey.Fingerprint, parts.Fingerprint);
        }

        Assert.Empty(Directory.GetFiles(packed.Path));
        DelimitedLog changed = _folder.Numbered(101);
        Assert.Contains("changed", Assert.Throws<EsmmException>(() => PackedParts.Pack(changed, survey.Space, null, null, survey.Fingerprint, packed.Path)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(packed.Path));
    }

    [Fact]
    public void DroppedRowsAreNotPacked()
    {
        DelimitedLog log = _folder.Log("id,user,click,conversion\n1,a,0,1\n2,b,1,1\n");
        using PackedParts parts = PackedParts.Pack(log, FeatureSpace.FromSchema(TestFolder.Numbers()));
        ImpressionBatch batch = new(1, 1, 2, 1);
        parts.Training.Read(0, 1, batch, 0);
        Assert.Equal((1L, 2f), (parts.Training.Rows, batch.Numbers(0)[0]));
    }

    [Fact]
    public void EncodedRowsStreamWithoutLabels()
    {
        DelimitedLog log = _folder.Log("user,id,note\na,1,x\nb,2,y\n");
        FeatureSpace space = FeatureSpace.FromSchema(TestFolder.Numbers());
        using var rows = new EncodedRows(log, space, "note");
        ImpressionBatch batch = space.CreateBatch(2);
        for (int i = 0; rows.Read(); i++)
        {
            rows.Encode(batch, i);
            Assert.Equal(i == 0 ? "x" : "y", rows.Extra(0).ToString());
        }

        Assert.Equal([1f, 2f], batch.Numbers(0).ToArray());
        Assert.NotNull(rows.Reader.Fingerprint);
    }

    [Fact]
    public void MemoryDoesNotGrowWithTheRows()
    {
        // The smaller log fills the sketches of values already. Which of the threads rents a buffer first differs by some 0.2 MB from run
        // to run; a byte and a quarter for a row would be more than what is allowed.
        long few = AllocatedBy(_folder.Numbered(10_000));
        long many = AllocatedBy(_folder.Numbered(410_000));
        Assert.InRange(many - few, -500_000, 500_000);
    }

    private static long AllocatedBy(DelimitedLog log)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        LogSurvey survey = LogSurvey.Run(log, TestFolder.Numbers(), Holdout.ByColumn("user", 0.2, 1));
        using PackedParts parts = PackedParts.Pack(log, survey.Space, Holdout.ByColumn("user", 0.2, 1));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static HashSet<int> Users(PackedLog log, FeatureSpace space)
    {
        ImpressionBatch batch = space.CreateBatch((int)log.Rows);
        log.Read(0, (int)log.Rows, batch, 0);
        return [.. batch.Numbers(0).ToArray().Select(id => (int)id / 7)];
    }
}
