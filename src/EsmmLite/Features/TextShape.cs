namespace EsmmLite.Features;

/// <summary>
/// The form of a value without its content: runs of digits become 9, runs of small letters a, of capitals A, of other letters and bytes *;
/// <c>user_101</c> is <c>a_9</c>, <c>101.0</c> is <c>9.9</c>. It tells how ids are written and not which they are.
/// </summary>
internal static class TextShape
{
    /// <summary>The most characters of a form; longer ones are cut.</summary>
    public const int Longest = 24;

    /// <summary>Writes the form of a value.</summary>
    /// <param name="utf8">The value.</param>
    /// <param name="shape">Room for <see cref="Longest"/> characters, all ASCII.</param>
    /// <returns>The number of characters.</returns>
    public static int Write(ReadOnlySpan<byte> utf8, Span<byte> shape)
    {
        int length = 0;
        byte last = 0;
        foreach (byte b in utf8)
        {
            byte form = Form(b);
            bool run = form == last && form is (byte)'9' or (byte)'a' or (byte)'A' or (byte)'*';
            if (form == last && run)
            {
                continue;
            }

            if (length == Longest)
            {
                break;
            }

            shape[length++] = last = form;
        }

        return length;
    }

    private static byte Form(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => (byte)'9',
        >= (byte)'a' and <= (byte)'z' => (byte)'a',
        >= (byte)'A' and <= (byte)'Z' => (byte)'A',
        >= 0x20 and < 0x7f => b,
        _ => (byte)'*',
    };
}
