using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace EsmmLite.Features;

/// <summary>FarmHash's 64-bit hash in its portable form (farmhashna::Hash64), which is TensorFlow's Fingerprint64.</summary>
/// <remarks>
/// A hashed field trained here meets the same rows as one trained by TensorFlow, so this function may never change.
/// It sees raw bytes: text is hashed as UTF-8, never normalised, and the field's name takes no part.
/// Source of the algorithm: FarmHash by Geoff Pike, Google (farmhash.cc).
/// </remarks>
public static class FarmHash64
{
    private const ulong K0 = 0xc3a5c85c97cb3127;
    private const ulong K1 = 0xb492b66fbe98f273;
    private const ulong K2 = 0x9ae16a3b2f90404f;

    /// <summary>The 64-bit fingerprint of some bytes. Allocates nothing.</summary>
    /// <param name="utf8">The bytes of the value, of any length; text as UTF-8.</param>
    public static ulong Hash(ReadOnlySpan<byte> utf8) => utf8.Length <= 16 ? UpTo16(utf8) : utf8.Length switch
    {
        <= 32 => UpTo32(utf8),
        <= 64 => UpTo64(utf8),
        _ => Long(utf8),
    };

    /// <summary>The hash bucket of some bytes: the unsigned remainder, as TensorFlow's string_to_hash_bucket_fast takes it.</summary>
    /// <param name="utf8">The bytes of the value; text as UTF-8.</param>
    /// <param name="buckets">Number of buckets, at least 1.</param>
    /// <returns>A number from 0 to <paramref name="buckets"/> − 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="buckets"/> is not positive.</exception>
    public static int Bucket(ReadOnlySpan<byte> utf8, int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(buckets);
        return (int)(Hash(utf8) % (ulong)buckets);
    }

    private static ulong UpTo16(ReadOnlySpan<byte> s)
    {
        ulong length = (ulong)s.Length;
        ulong mul = K2 + (length * 2);
        if (s.Length >= 8)
        {
            ulong a = U64(s, 0) + K2;
            ulong b = U64(s, s.Length - 8);
            return Mix((RotateRight(b, 37) * mul) + a, (RotateRight(a, 25) + b) * mul, mul);
        }

        if (s.Length >= 4)
        {
            return Mix(length + ((ulong)U32(s, 0) << 3), U32(s, s.Length - 4), mul);
        }

        if (s.Length == 0)
        {
            return K2;
        }

        uint first = s[0] + ((uint)s[s.Length >> 1] << 8);
        uint last = (uint)s.Length + ((uint)s[^1] << 2);
        return Shift((first * K2) ^ (last * K0)) * K2;
    }

    private static ulong UpTo32(ReadOnlySpan<byte> s)
    {
        ulong mul = K2 + ((ulong)s.Length * 2);
        ulong a = U64(s, 0) * K1;
        ulong b = U64(s, 8);
        ulong c = U64(s, s.Length - 8) * mul;
        ulong d = U64(s, s.Length - 16) * K2;
        return Mix(RotateRight(a + b, 43) + RotateRight(c, 30) + d, a + RotateRight(b + K2, 18) + c, mul);
    }

    private static ulong UpTo64(ReadOnlySpan<byte> s)
    {
        ulong mul = K2 + ((ulong)s.Length * 2);
        ulong a = U64(s, 0) * K2;
        ulong b = U64(s, 8);
        ulong c = U64(s, s.Length - 8) * mul;
        ulong d = U64(s, s.Length - 16) * K2;
        ulong y = RotateRight(a + b, 43) + RotateRight(c, 30) + d;
        ulong z = Mix(y, a + RotateRight(b + K2, 18) + c, mul);
        ulong e = U64(s, 16) * mul;
        ulong f = U64(s, 24);
        ulong g = (y + U64(s, s.Length - 32)) * mul;
        ulong h = (z + U64(s, s.Length - 24)) * mul;
        return Mix(RotateRight(e + f, 43) + RotateRight(g, 30) + h, e + RotateRight(f + a, 18) + g, mul);
    }

    private static ulong Long(ReadOnlySpan<byte> s)
    {
        const ulong Seed = 81;
        ulong x = unchecked((Seed * K2) + U64(s, 0));
        ulong y = unchecked((Seed * K1) + 113);
        ulong z = Shift((y * K2) + 113) * K2;
        (ulong A, ulong B) v = default, w = default;

        // Whole blocks of 64 bytes, but at least one byte is left over; the last 64 bytes then close, overlapping if need be.
        int whole = (s.Length - 1) / 64 * 64;
        for (int at = 0; at < whole; at += 64)
        {
            Round(s.Slice(at, 64), ref x, ref y, ref z, ref v, ref w, K1, 1);
        }

        ulong mul = K1 + ((z & 0xff) << 1);
        w.A += (ulong)(s.Length - 1) & 63;
        v.A += w.A;
        w.A += v.A;
        Round(s[^64..], ref x, ref y, ref z, ref v, ref w, mul, 9);
        return Mix(Mix(v.A, w.A, mul) + (Shift(y) * K0) + z, Mix(v.B, w.B, mul) + x, mul);
    }

    private static void Round(
        ReadOnlySpan<byte> s, ref ulong x, ref ulong y, ref ulong z, ref (ulong A, ulong B) v, ref (ulong A, ulong B) w, ulong mul, ulong weight)
    {
        x = RotateRight(x + y + v.A + U64(s, 8), 37) * mul;
        y = RotateRight(y + v.B + U64(s, 48), 42) * mul;
        x ^= w.B * weight;
        y += (v.A * weight) + U64(s, 40);
        z = RotateRight(z + w.A, 33) * mul;
        v = Weak(s, v.B * mul, x + w.A);
        w = Weak(s[32..], z + w.B, y + U64(s, 16));
        (z, x) = (x, z);
    }

    private static (ulong A, ulong B) Weak(ReadOnlySpan<byte> s, ulong a, ulong b)
    {
        ulong z = U64(s, 24);
        a += U64(s, 0);
        b = RotateRight(b + a + z, 21);
        ulong c = a;
        a += U64(s, 8) + U64(s, 16);
        return (a + z, b + RotateRight(a, 44) + c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong u, ulong v, ulong mul)
    {
        ulong a = Shift((u ^ v) * mul);
        return Shift((v ^ a) * mul) * mul;
    }

    private static ulong Shift(ulong value) => value ^ (value >> 47);

    private static ulong RotateRight(ulong value, int bits) => BitOperations.RotateRight(value, bits);

    private static ulong U64(ReadOnlySpan<byte> s, int at) => BinaryPrimitives.ReadUInt64LittleEndian(s[at..]);

    /// <summary>The key that TensorFlow's crosses begin with unless told another.</summary>
    public const ulong DefaultCrossKey = 0xDECAFCAFFE;

    /// <summary>The fingerprint of two fingerprints, in this order: TensorFlow's <c>FingerprintCat64</c>.</summary>
    /// <param name="first">The fingerprint so far.</param>
    /// <param name="second">The one to be joined to it.</param>
    public static ulong Join(ulong first, ulong second)
    {
        const ulong Multiplier = 0xc6a4a7935bd1e995;
        ulong joined = (first ^ Multiplier ^ (Shift(second * Multiplier) * Multiplier)) * Multiplier;
        return Shift(Shift(joined) * Multiplier);
    }

    private static uint U32(ReadOnlySpan<byte> s, int at) => BinaryPrimitives.ReadUInt32LittleEndian(s[at..]);
}
