using EsmmLite.Persistence;

namespace EsmmLite.Tests.Persistence;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TinyFile _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void A_file_is_created_and_replaced()
    {
        AtomicFile.Write(_tiny.Path, s => s.Write("one, which is longer"u8));
        AtomicFile.Write(_tiny.Path, s => s.Write("two"u8));
        Assert.Equal("two", File.ReadAllText(_tiny.Path));
        Assert.Single(Directory.GetFiles(_tiny.Directory));
    }

    [Fact]
    public void A_failed_save_keeps_the_earlier_file_and_leaves_nothing_else()
    {
        string digest = SafetensorsWriter.Save(_tiny.Path, TinyFile.Metadata, TinyFile.Tensors);
        TensorSource[] tensors = [.. TinyFile.Tensors, new Failing()];
        var e = Assert.Throws<EsmmException>(() => SafetensorsWriter.Save(_tiny.Path, TinyFile.Metadata, tensors));
        Assert.Equal(EsmmErrorKind.ModelFile, e.Kind);
        Assert.Contains("No space left", e.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(_tiny.Directory));
        using TensorFile file = TensorFile.Open(_tiny.Path);
        Assert.Equal(digest, file.Digest);
    }

    [Fact]
    public void Other_exceptions_pass_and_leave_nothing()
    {
        Assert.Throws<InvalidTimeZoneException>(() => AtomicFile.Write(_tiny.Path, _ => throw new InvalidTimeZoneException()));
        Assert.Empty(Directory.GetFileSystemEntries(_tiny.Directory));
    }

    [Fact]
    public void A_missing_directory_is_named()
    {
        string path = Path.Combine(_tiny.Directory, "absent", "model.safetensors");
        var e = Assert.Throws<EsmmException>(() => AtomicFile.Write(path, _ => { }));
        Assert.Equal(EsmmErrorKind.ModelFile, e.Kind);
        Assert.Equal(path, e.Where);
        Assert.Contains("does not exist", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_in_the_way_is_kept()
    {
        Directory.CreateDirectory(_tiny.Path);
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => AtomicFile.Write(_tiny.Path, _ => { })).Kind);
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => AtomicFile.Write(_tiny.Directory + "/", _ => { })).Kind);
        Assert.Equal([_tiny.Path], Directory.GetFileSystemEntries(_tiny.Directory));
    }

    [Fact]
    public void Savers_at_the_same_time_leave_one_complete_file()
    {
        Parallel.For(0, 20, i => AtomicFile.Write(_tiny.Path, s =>
        {
            for (int k = 0; k < 1000; k++)
            {
                s.WriteByte((byte)i);
            }
        }));
        byte[] bytes = File.ReadAllBytes(_tiny.Path);
        Assert.Equal(1000, bytes.Length);
        Assert.Single(bytes.Distinct());
        Assert.Single(Directory.GetFiles(_tiny.Directory));
    }

    private sealed class Failing() : TensorSource("failing", DType.F32, 1000)
    {
        public override void WriteTo(Stream destination)
        {
            destination.Write(new byte[100], 0, 100);
            throw new IOException("No space left on device");
        }
    }
}
