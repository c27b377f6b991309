using System.Buffers.Binary;
using System.Text;
using EsmmLite.Persistence;

namespace EsmmLite.Tests.Persistence;

public sealed class ForeignFileTests : IDisposable
{
    private const string Digest8 = "\"~sha256\":{\"dtype\":\"U8\",\"shape\":[32],\"data_offsets\":[8,40]}";
    private readonly TinyFile _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void The_least_file_is_read() => _tiny.Open(TinyFile.Sealed("{" + Entry("a") + "," + Digest8 + "}", 8)).Dispose();

    [Theory]
    [InlineData("duplicate key", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},'a':{'dtype':'F64','shape':[0],'data_offsets':[8,8]},~}", "occurs twice")]
    [InlineData("escaped duplicate", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},'\\u0061':{'dtype':'F64','shape':[0],'data_offsets':[8,8]},~}", "occurs twice")]
    [InlineData("duplicate property", "{'a':{'dtype':'F64','shape':[1],'shape':[1],'data_offsets':[0,8]},~}", "occurs twice")]
    [InlineData("duplicate metadata", "{'__metadata__':{'k':'1','\\u006b':'2'},'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}", "occurs twice")]
    [InlineData("two maps of metadata", "{'__metadata__':{},'__metadata__':{},'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}", "occurs twice")]
    [InlineData("number as metadata", "{'__metadata__':{'k':1},'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}", "Number")]
    [InlineData("object as metadata", "{'__metadata__':{'k':{}},'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}", "StartObject")]
    [InlineData("overlap", "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]},~}", "overlaps")]
    [InlineData("hole", "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]},~}", "hole")]
    [InlineData("out of order", "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},~}", "hole")]
    [InlineData("end before begin", "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,4]},~}", "")]
    [InlineData("end beyond the file", "{'a':{'dtype':'U8','shape':[4000],'data_offsets':[0,4000]},~}", "ends at 4000")]
    [InlineData("negative dims", "{'a':{'dtype':'F64','shape':[-1,-1],'data_offsets':[0,8]},~}", "plain integer")]
    [InlineData("minus zero", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[-0,8]},~}", "plain integer")]
    [InlineData("exponent", "{'a':{'dtype':'U8','shape':[8e0],'data_offsets':[0,8]},~}", "plain integer")]
    [InlineData("exponent 1e2", "{'a':{'dtype':'U8','shape':[1e2],'data_offsets':[0,100]},~}", "plain integer")]
    [InlineData("fraction", "{'a':{'dtype':'U8','shape':[8.0],'data_offsets':[0,8]},~}", "plain integer")]
    [InlineData("text as dim", "{'a':{'dtype':'U8','shape':['8'],'data_offsets':[0,8]},~}", "plain integer")]
    [InlineData("dim of 2^63", "{'a':{'dtype':'U8','shape':[9223372036854775808],'data_offsets':[0,8]},~}", "plain integer")]
    [InlineData("shape overflow to 8", "{'a':{'dtype':'F64','shape':[4294967296,4294967296,1],'data_offsets':[0,8]},~}", "product")]
    [InlineData("shape overflow to 0", "{'a':{'dtype':'F64','shape':[0,4294967296,4294967296],'data_offsets':[0,0]},'b':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}", "product")]
    [InlineData("size and shape differ", "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,8]},~}", "product")]
    [InlineData("unknown type", "{'a':{'dtype':'BF16','shape':[4],'data_offsets':[0,8]},~}", "newer version")]
    [InlineData("lower-case type", "{'a':{'dtype':'f64','shape':[1],'data_offsets':[0,8]},~}", "unknown type")]
    [InlineData("unknown property", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8],'stride':[1]},~}", "stride")]
    [InlineData("missing type", "{'a':{'shape':[1],'data_offsets':[0,8]},~}", "not described completely")]
    [InlineData("three offsets", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8,8]},~}", "not described completely")]
    [InlineData("array as tensor", "{'a':[],~}", "StartArray")]
    [InlineData("trailing comma", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~,}", "JSON")]
    [InlineData("comment", "{/**/'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}", "JSON")]
    [InlineData("two objects", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}{}", "goes on")]
    [InlineData("newline as padding", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}\n", "goes on")]
    [InlineData("space first", " {'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}", "begin with")]
    [InlineData("half of a surrogate pair", "{'\\ud800':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~}", "JSON")]
    [InlineData("never closed", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},~", "JSON")]
    [InlineData("no checksum", "{'a':{'dtype':'F64','shape':[5],'data_offsets':[0,40]}}", "checksum")]
    [InlineData("checksum first", "{'~sha256':{'dtype':'U8','shape':[32],'data_offsets':[0,32]},'a':{'dtype':'F64','shape':[1],'data_offsets':[32,40]}}", "checksum")]
    [InlineData("checksum of another type", "{'a':{'dtype':'F64','shape':[1],'data_offsets':[0,8]},'~sha256':{'dtype':'F64','shape':[4],'data_offsets':[8,40]}}", "checksum")]
    [InlineData("no tensors", "{}", "checksum")]
    public void Hostile_headers_are_refused_though_their_checksum_is_right(string what, string header, string reason)
    {
        string json = header.Replace("~}", Digest8 + "}", StringComparison.Ordinal).Replace("~,}", Digest8 + ",}", StringComparison.Ordinal);
        json = json.EndsWith('~') ? json[..^1] + Digest8 : json;
        EsmmException e = _tiny.Refuse(TinyFile.Sealed(json.Replace('\'', '"'), 8));
        Assert.True(e.Message.Contains(reason, StringComparison.Ordinal), $"{what}: {e.Message}");
    }

    [Fact]
    public void Deep_nesting_is_refused() =>
        _tiny.Refuse(TinyFile.Sealed("{\"a\":" + new string('[', 50_000) + new string(']', 50_000) + "," + Digest8 + "}", 8));

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        byte[] header = Encoding.UTF8.GetBytes("{" + Entry("a") + "," + Digest8 + "}");
        header[2] = 0xFF;
        Assert.Contains("UTF-8", _tiny.Refuse(TinyFile.Sealed(header, 8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trailing_bytes_are_refused()
    {
        Assert.Contains("follow", _tiny.Refuse(TinyFile.Sealed("{" + Entry("a") + "," + Digest8 + "}", 9)).Message, StringComparison.Ordinal);
        _tiny.Refuse([.. TinyFile.Bytes(), 0]);
        _tiny.Refuse([.. TinyFile.Bytes(), .. TinyFile.Bytes()]);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_000UL)]
    [InlineData(1UL << 63)]
    [InlineData(57UL)]
    [InlineData(0UL)]
    public void A_header_that_the_file_cannot_hold_is_refused(ulong claim)
    {
        byte[] bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claim);
        bytes[8] = (byte)'{';
        long before = GC.GetAllocatedBytesForCurrentThread();
        _tiny.Refuse(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Files_of_other_kinds_are_refused()
    {
        _tiny.Refuse([]);
        _tiny.Refuse(new byte[1000]);
        _tiny.Refuse("{\"weights\": [1, 2, 3], \"format\": \"json\"}"u8.ToArray());
        _tiny.Refuse([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52]);
    }

    [Fact]
    public void A_part_of_another_file_is_refused()
    {
        byte[] one = TinyFile.Bytes();
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [new("format", "esmmlite"), new("note", "a \"quoted\" \\ cafe\u0301")], TinyFile.Tensors);
        byte[] two = stream.ToArray();
        Assert.Equal(one.Length, two.Length);
        int start = 8 + BitConverter.ToInt32(one);
        _tiny.Refuse([.. one[..start], .. two[start..]]);
        _tiny.Refuse([.. two[..start], .. one[start..]]);
        _tiny.Open(two).Dispose();
    }

    [Fact]
    public void Unknown_types_are_let_through_in_optional_tensors_only()
    {
        using TensorFile file = _tiny.Open(TinyFile.Sealed("{\"x.half\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}," + Digest8 + "}", 8));
        Assert.Null(Assert.Single(file.Tensors).Type);
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => file.Read<float>("x.half")).Kind);
    }

    [Fact]
    public void Absent_files_and_directories_are_refused()
    {
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => TensorFile.Open(_tiny.Path)).Kind);
        Assert.Equal(EsmmErrorKind.ModelFile, Assert.Throws<EsmmException>(() => TensorFile.Open(_tiny.Directory)).Kind);
    }

    private static string Entry(string name) => $"\"{name}\":{{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
}
