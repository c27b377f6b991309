using System.Text;
using EsmmLite.Features;

namespace EsmmLite.Tests.Features;

public class FarmHash64Tests
{
    [Theory]
    [InlineData("Hello", 15404698994557526151)]
    [InlineData("World", 18308117990299812472)]
    [InlineData("omar", 3378277989609990986)]
    [InlineData("stringer", 16712165399130654704)]
    [InlineData("marlo", 9189111430546083591)]
    [InlineData("101", 7111978204949978653)]
    [InlineData("201", 816879216657496047)]
    [InlineData("301", 18280628692406243385)]
    [InlineData("TensorFlow", 4265654129848386254)]
    [InlineData("2.x", 943390013796179357)]
    [InlineData("A", 16915294056622060564)]
    [InlineData("B", 8703560047562643528)]
    [InlineData("C", 5321185358318388007)]
    [InlineData("D", 17755648460348775295)]
    [InlineData("E", 4541520914757299012)]
    [InlineData("", 11160318154034397263)]
    [InlineData("a", 12917804110809363939)]
    [InlineData("ab", 12289600257749001502)]
    [InlineData("abc", 2640714258260161385)]
    [InlineData("abcd", 1897425971756105985)]
    [InlineData("abcdefgh", 18368443631171807497)]
    [InlineData("abcdefghij", 9960479591422212091)]
    [InlineData("hello world", 6381520714923946011)]
    [InlineData("fred@example.com", 9204176082404170976)]
    [InlineData("0", 15198969275252572735)]
    [InlineData("1", 9304157803607034849)]
    [InlineData("-1", 7333874265151076430)]
    [InlineData("unknown", 9846635761469100055)]
    [InlineData("日本語", 15681232226066675783)]
    [InlineData("🛒", 1159404368275813848)]
    [InlineData("caf\u00e9", 11379377682866355587)]
    [InlineData("cafe\u0301", 17100135428574878196)]
    [InlineData("This is exactly 32 bytes long!!!", 15210680664172726789)]
    [InlineData("101_8317829", 3227281490855409815)]
    public void Equals_the_published_fingerprints(string text, ulong expected) => Assert.Equal(expected, HashOf(text));

    [Theory]
    [InlineData(33, 12270365409943098935)]
    [InlineData(64, 6916188127298655160)]
    [InlineData(65, 4935023790501551929)]
    [InlineData(128, 5868382771906808855)]
    [InlineData(129, 17793147381016297142)]
    public void Equals_the_fingerprints_of_long_values(int length, ulong expected) => Assert.Equal(expected, HashOf(new string('x', length)));

    [Theory]
    [InlineData(10, new[] { "omar", "stringer", "marlo" }, new[] { 6, 4, 1 })]
    [InlineData(10, new[] { "101", "201", "301" }, new[] { 3, 7, 5 })]
    [InlineData(3, new[] { "Hello", "TensorFlow", "2.x" }, new[] { 0, 2, 2 })]
    [InlineData(3, new[] { "A", "B", "C", "D", "E" }, new[] { 1, 0, 1, 1, 2 })]
    [InlineData(2, new[] { "A", "B", "C", "D" }, new[] { 0, 0, 1, 1 })]
    [InlineData(1, new[] { "A", "" }, new[] { 0, 0 })]
    public void Falls_into_the_buckets_of_TensorFlow_and_Keras(int buckets, string[] values, int[] expected) =>
        Assert.Equal(expected, values.Select(v => FarmHash64.Bucket(Encoding.UTF8.GetBytes(v), buckets)));

    [Fact]
    public void Takes_the_unsigned_remainder() =>
        Assert.Equal((int)(18368443631171807497 % int.MaxValue), FarmHash64.Bucket("abcdefgh"u8, int.MaxValue));

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Refuses_a_number_of_buckets_that_is_not_positive(int buckets) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FarmHash64.Bucket("a"u8, buckets));

    [Fact]
    public void Every_length_depends_on_every_byte()
    {
        byte[] bytes = [.. Enumerable.Range(0, 200).Select(i => (byte)(i * 7))];
        for (int length = 1; length <= bytes.Length; length++)
        {
            ulong whole = FarmHash64.Hash(bytes.AsSpan(0, length));
            for (int at = 0; at < length; at++)
            {
                bytes[at] ^= 0x10;
                Assert.NotEqual(whole, FarmHash64.Hash(bytes.AsSpan(0, length)));
                bytes[at] ^= 0x10;
            }
        }
    }

    [Fact]
    public void Allocates_nothing()
    {
        byte[] bytes = new byte[300];
        ulong sum = FarmHash64.Hash(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int length = 0; length < bytes.Length; length++)
        {
            sum += FarmHash64.Hash(bytes.AsSpan(0, length));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.NotEqual(0UL, sum);
    }

    private static ulong HashOf(string text) => FarmHash64.Hash(Encoding.UTF8.GetBytes(text));
}
