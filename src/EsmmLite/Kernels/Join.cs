namespace EsmmLite.Kernels;

/// <summary>How a product joins values that are already there: a bias, a destination, a part computed before, a layer's outputs.</summary>
internal enum Join
{
    /// <summary>Not at all: every sum begins from zero.</summary>
    None,

    /// <summary>Every sum begins from them: a chain that goes on.</summary>
    Before,

    /// <summary>The same, and the result goes through the rectifier.</summary>
    BeforeRectified,

    /// <summary>Every sum begins from zero and is added to them at the end, rounded once more: a part of a sum of parts.</summary>
    After,

    /// <summary>The same, and the result goes through the rectifier.</summary>
    AfterRectified,

    /// <summary>Every sum begins from zero and is kept where they are above 0; elsewhere the result is +0: the rectifier's way back.</summary>
    Gated,
}

/// <summary>A way of joining, known to the compiler.</summary>
/// <remarks>
/// If it were an argument, sums would reach the tile's loop along two ways, and the compiler is then free to hand them over in memory:
/// it has been seen to store and load every sum at every step.
/// </remarks>
internal interface IJoin
{
    /// <summary>Whether sums begin from the values, not from zero.</summary>
    static abstract bool Begins { get; }

    /// <summary>Whether sums are added to the values at the end.</summary>
    static abstract bool Adds { get; }

    /// <summary>Whether the result goes through the rectifier.</summary>
    static abstract bool Rectifies { get; }

    /// <summary>Whether sums count only where the values are above 0.</summary>
    static abstract bool Gates { get; }
}

/// <summary><see cref="Join.None"/>.</summary>
internal readonly struct JoinNone : IJoin
{
    public static bool Begins => false;

    public static bool Adds => false;

    public static bool Rectifies => false;

    public static bool Gates => false;
}

/// <summary><see cref="Join.Before"/>.</summary>
internal readonly struct JoinBefore : IJoin
{
    public static bool Begins => true;

    public static bool Adds => false;

    public static bool Rectifies => false;

    public static bool Gates => false;
}

/// <summary><see cref="Join.BeforeRectified"/>.</summary>
internal readonly struct JoinBeforeRectified : IJoin
{
    public static bool Begins => true;

    public static bool Adds => false;

    public static bool Rectifies => true;

    public static bool Gates => false;
}

/// <summary><see cref="Join.After"/>.</summary>
internal readonly struct JoinAfter : IJoin
{
    public static bool Begins => false;

    public static bool Adds => true;

    public static bool Rectifies => false;

    public static bool Gates => false;
}

/// <summary><see cref="Join.AfterRectified"/>.</summary>
internal readonly struct JoinAfterRectified : IJoin
{
    public static bool Begins => false;

    public static bool Adds => true;

    public static bool Rectifies => true;

    public static bool Gates => false;
}

/// <summary><see cref="Join.Gated"/>.</summary>
internal readonly struct JoinGated : IJoin
{
    public static bool Begins => false;

    public static bool Adds => false;

    public static bool Rectifies => false;

    public static bool Gates => true;
}
