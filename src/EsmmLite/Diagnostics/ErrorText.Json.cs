using System.Text;
using System.Text.Json;

namespace EsmmLite.Diagnostics;

/// <content>Why a text is no JSON.</content>
public static partial class ErrorText
{
    private const int WordLength = 20;

    /// <summary>What is wrong where a parser stopped, and the place.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="fault">What the parser threw; its place counts, its words don't.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The character in the line, from 1.</param>
    public static string WhyNoJson(ReadOnlySpan<byte> utf8, JsonException fault, out long line, out long column)
    {
        ArgumentNullException.ThrowIfNull(fault);
        line = (fault.LineNumber ?? 0) + 1;
        int start = 0;
        for (long passed = 1; passed < line && utf8[start..].IndexOf((byte)'\n') is >= 0 and int end; passed++)
        {
            start += end + 1;
        }

        int at = (int)Math.Min(utf8.Length, start + Math.Max(0, fault.BytePositionInLine ?? 0));
        column = Encoding.UTF8.GetCharCount(utf8[start..at]) + 1;
        ReadOnlySpan<byte> rest = utf8[at..];
        if (rest.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "it ends in the middle: a brace, a bracket or a quote is not closed";
        }

        string word = Word(rest);
        return rest[0] switch
        {
            (byte)'"' => "there is a quote where none belongs; is a comma or a colon missing before it?",
            (byte)'\'' => "there is a single quote; texts stand in double quotes",
            < (byte)' ' => "there is a line end or a control character in a text; is its quote not closed?",
            (byte)'{' or (byte)'[' => "an object or a list begins where none belongs, or too deep inside others; is a comma or a colon missing before it?",
            (byte)'}' or (byte)']' or (byte)',' or (byte)':' => "there is " + Quote(word) + " where a value or a key belongs, or a bracket that doesn't fit",
            _ => "there is " + Quote(word) + " where it doesn't belong: a text without its quotes, a number that is not written as JSON writes it, or a comma is missing before it",
        };
    }

    /// <summary>What stands there, up to the next sign.</summary>
    private static string Word(ReadOnlySpan<byte> rest)
    {
        string text = Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 4 * WordLength)]);
        int length = 0;
        while (length < Math.Min(text.Length, WordLength) && (char.IsLetterOrDigit(text[length]) || text[length] is '_' or '.' or '-' or '+'))
        {
            length++;
        }

        return text[..Math.Max(1, length)];
    }
}
