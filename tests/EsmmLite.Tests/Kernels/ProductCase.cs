using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>How the product of a test joins its start, and where that lies.</summary>
public enum ProductMode
{
    /// <summary>From zero; there is no start.</summary>
    Zero,

    /// <summary>The chain goes on from one row that all rows share.</summary>
    BeforeBias,

    /// <summary>The chain goes on from a matrix of its own.</summary>
    BeforeParts,

    /// <summary>The chain goes on from the destination.</summary>
    BeforeInPlace,

    /// <summary>Added to one row that all rows share.</summary>
    AfterBias,

    /// <summary>Added to a matrix of its own.</summary>
    AfterParts,

    /// <summary>Added to the destination.</summary>
    AfterInPlace,

    /// <summary>As <see cref="BeforeBias"/>, rectified.</summary>
    BeforeBiasRectified,

    /// <summary>As <see cref="AfterBias"/>, rectified.</summary>
    AfterBiasRectified,

    /// <summary>As <see cref="AfterInPlace"/>, rectified.</summary>
    AfterInPlaceRectified,

    /// <summary>Kept where a matrix of its own is above 0.</summary>
    GatedParts,
}

/// <summary>
/// The operands of one product. Every float that belongs to no matrix is NaN in the sources and a guard in the destination, and
/// every span ends with its last element.
/// </summary>
/// <typeparam name="T">What the panels hold: float, or ushort for brain floats.</typeparam>
internal sealed class ProductCase<T>
    where T : unmanaged
{
    private const int Width = MatrixProduct.PanelWidth;
    private const int Margin = 7;

    private readonly int _rows;
    private readonly int _depth;
    private readonly int _panels;
    private readonly ProductMode _mode;
    private readonly int _startRow;
    private readonly int _startPanel;

    /// <summary>Draws a product.</summary>
    /// <param name="rows">The most rows it is run with.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="panels">The most panels it is run with.</param>
    /// <param name="transposed">Whether A lies column by column.</param>
    /// <param name="mode">What is joined.</param>
    /// <param name="gap">Unused floats between rows of A, of the start and of the destination, and between panels.</param>
    /// <param name="panelGap">Unused values between the rows of a panel.</param>
    /// <param name="seed">Of the random values.</param>
    internal ProductCase(int rows, int depth, int panels, bool transposed, ProductMode mode, int gap, int panelGap, ulong seed)
    {
        (_rows, _depth, _panels, _mode) = (rows, depth, panels, mode);
        (ARow, AStep) = transposed ? (1, rows + gap) : (depth + gap, 1);
        BRow = Width + panelGap;
        Distance = depth * BRow + gap;
        Stride = panels * Width + gap;
        (_startRow, _startPanel) = mode switch
        {
            ProductMode.BeforeInPlace or ProductMode.AfterInPlace or ProductMode.AfterInPlaceRectified => (Stride, Width),
            ProductMode.BeforeBias or ProductMode.AfterBias or ProductMode.BeforeBiasRectified or ProductMode.AfterBiasRectified => (0, Width + 2 * gap),
            _ when transposed => (Width + gap, rows * (Width + gap) + gap),
            _ => (panels * (Width + gap), Width + gap),
        };
        A = Filled(ALength(rows), float.NaN);
        B = Filled(BLength(panels), FromFloat(float.NaN));
        Template = Filled(Margin + rows * Stride + Margin, FloatBits.Guard);
        StartValues = mode == ProductMode.Zero ? [] : InPlace ? Template : Filled(StartLength(rows, panels), float.NaN);
        Draw(seed);
    }

    internal float[] A { get; }

    internal int ARow { get; }

    internal int AStep { get; }

    internal T[] B { get; }

    internal int BRow { get; }

    internal int Distance { get; }

    /// <summary>From one row of the destination to the next.</summary>
    internal int Stride { get; }

    /// <summary>What is joined; the destination's template if in place.</summary>
    internal float[] StartValues { get; }

    internal int StartRow => _startRow;

    internal int StartPanel => _startPanel;

    internal Join Join => _mode switch
    {
        ProductMode.Zero => Join.None,
        ProductMode.BeforeBias or ProductMode.BeforeParts or ProductMode.BeforeInPlace => Join.Before,
        ProductMode.BeforeBiasRectified => Join.BeforeRectified,
        ProductMode.AfterBiasRectified or ProductMode.AfterInPlaceRectified => Join.AfterRectified,
        ProductMode.GatedParts => Join.Gated,
        _ => Join.After,
    };

    /// <summary>The destination as it is before the product.</summary>
    internal float[] Template { get; }

    private bool InPlace => _mode is ProductMode.BeforeInPlace or ProductMode.AfterInPlace or ProductMode.AfterInPlaceRectified;

    /// <summary>A float, or its upper half.</summary>
    internal static T FromFloat(float value) =>
        typeof(T) == typeof(float) ? (T)(object)value : (T)(object)(ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);

    /// <summary>The destination after the definition, for all rows and panels.</summary>
    internal float[] Define()
    {
        float[] result = [.. Template];
        MatrixProduct.Definition(MatrixA(_rows), PanelsB(_panels), StartOf(result, _rows, _panels), Join, _rows, _depth, Destination(result, _rows, _panels), Stride);
        return result;
    }

    /// <summary>The destination after the product of the first rows and panels.</summary>
    internal float[] Multiply(int rows, int panels)
    {
        float[] result = [.. Template];
        MatrixProduct.Multiply(MatrixA(rows), PanelsB(panels), StartOf(result, rows, panels), Join, rows, _depth, Destination(result, rows, panels), Stride);
        return result;
    }

    /// <summary>The product of the first rows and panels is as defined, and every other float of the destination as it was.</summary>
    internal void AssertMultiply(float[] defined, int rows, int panels) => AssertSame(defined, Multiply(rows, panels), rows, panels);

    /// <inheritdoc cref="AssertMultiply"/>
    internal void AssertSame(float[] defined, float[] got, int rows, int panels)
    {
        float[] expected = [.. Template];
        for (int r = 0; r < rows; r++)
        {
            int at = Margin + r * Stride;
            defined.AsSpan(at, panels * Width).CopyTo(expected.AsSpan(at));
        }

        if (!FloatBits.Same(expected, got))
        {
            int first = Enumerable.Range(0, got.Length).First(i => !FloatBits.Same(expected[i], got[i])) - Margin;
            Assert.Fail($"{rows} of {_rows} rows, {panels} of {_panels} panels, depth {_depth}, {_mode}, {typeof(T).Name}: row {first / Stride}, column {first % Stride} is {got[first + Margin]:R} instead of {expected[first + Margin]:R}");
        }
    }

    internal ref float DestinationAt(float[] result, int column) => ref result[Margin + column];

    /// <summary>Where a tile finds the start of a column of the first row; null if there is none.</summary>
    internal ref float StartAt(float[] result, int column)
    {
        if (_mode == ProductMode.Zero)
        {
            return ref System.Runtime.CompilerServices.Unsafe.NullRef<float>();
        }

        return ref InPlace ? ref result[Margin + column] : ref StartValues[column / Width * _startPanel + column % Width];
    }

    private StridedMatrix MatrixA(int rows) => new(A.AsSpan(0, ALength(rows)), ARow, AStep);

    private Panels<T> PanelsB(int panels) => new(B.AsSpan(0, BLength(panels)), panels, Distance, BRow);

    private Start StartOf(float[] result, int rows, int panels) => _mode == ProductMode.Zero
        ? default
        : new(InPlace ? Destination(result, rows, panels) : StartValues.AsSpan(0, StartLength(rows, panels)), _startRow, _startPanel);

    private Span<float> Destination(float[] result, int rows, int panels) => result.AsSpan(Margin, rows == 0 ? 0 : (rows - 1) * Stride + panels * Width);

    private int ALength(int rows) => rows == 0 || _depth == 0 ? 0 : (rows - 1) * ARow + (_depth - 1) * AStep + 1;

    private int BLength(int panels) => panels == 0 || _depth == 0 ? 0 : (panels - 1) * Distance + (_depth - 1) * BRow + Width;

    private int StartLength(int rows, int panels) => rows == 0 || panels == 0 ? 0 : (rows - 1) * _startRow + (panels - 1) * _startPanel + Width;

    private void Draw(ulong seed)
    {
        SplitMix random = new(seed);
        float Next() => 2f * random.NextSingle() - 1f;
        for (int i = 0; i < _rows * _depth; i++)
        {
            A[i / _depth * ARow + i % _depth * AStep] = Next();
        }

        for (int i = 0; i < _panels * _depth * Width; i++)
        {
            (int panel, int k) = Math.DivRem(i / Width, _depth);
            B[panel * Distance + k * BRow + i % Width] = FromFloat(Next());
        }

        if (_mode == ProductMode.Zero)
        {
            return;
        }

        for (int i = 0; i < _rows * _panels * Width; i++)
        {
            (int row, int column) = Math.DivRem(i, _panels * Width);
            StartValues[(InPlace ? Margin : 0) + row * _startRow + column / Width * _startPanel + column % Width] = Next();
        }
    }

    private static TValue[] Filled<TValue>(int count, TValue value)
    {
        var values = new TValue[count];
        Array.Fill(values, value);
        return values;
    }
}
