namespace EsmmLite.Formats.Drafting;

/// <summary>How long an embedding vector is: as long as the number of values calls for, as short as the number of clicks does.</summary>
internal static class EmbeddingDim
{
    public static int Of(long distinct, long clicks)
    {
        int wanted = distinct switch { <= 4 => 2, <= 1000 => 4, <= 20_000 => 8, _ => 16 };
        int affordable = clicks switch { < 30_000 => 4, < 300_000 => 8, _ => 16 };
        return Math.Min(wanted, affordable);
    }
}
