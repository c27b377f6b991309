namespace EsmmLite.Kernels;

/// <summary>1 row.</summary>
internal readonly struct Rows1 : ITileRows
{
    public static int Count => 1;
}

/// <summary>2 rows.</summary>
internal readonly struct Rows2 : ITileRows
{
    public static int Count => 2;
}

/// <summary>3 rows.</summary>
internal readonly struct Rows3 : ITileRows
{
    public static int Count => 3;
}

/// <summary>4 rows.</summary>
internal readonly struct Rows4 : ITileRows
{
    public static int Count => 4;
}

/// <summary>5 rows.</summary>
internal readonly struct Rows5 : ITileRows
{
    public static int Count => 5;
}

/// <summary>6 rows.</summary>
internal readonly struct Rows6 : ITileRows
{
    public static int Count => 6;
}

/// <summary>7 rows.</summary>
internal readonly struct Rows7 : ITileRows
{
    public static int Count => 7;
}

/// <summary>8 rows.</summary>
internal readonly struct Rows8 : ITileRows
{
    public static int Count => 8;
}

/// <summary>9 rows.</summary>
internal readonly struct Rows9 : ITileRows
{
    public static int Count => 9;
}

/// <summary>10 rows.</summary>
internal readonly struct Rows10 : ITileRows
{
    public static int Count => 10;
}

/// <summary>11 rows.</summary>
internal readonly struct Rows11 : ITileRows
{
    public static int Count => 11;
}

/// <summary>12 rows.</summary>
internal readonly struct Rows12 : ITileRows
{
    public static int Count => 12;
}
