using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EsmmLite.Kernels;

namespace EsmmLite.Tests.Kernels;

/// <summary>Every tile of every vector width against the definition, bit for bit, whatever width this machine prefers.</summary>
public class TileTests
{
    private const int Width = MatrixProduct.PanelWidth;

    private static readonly int[] Depths = [.. Enumerable.Range(0, 21), 33, 70];

    [Theory]
    [InlineData(128, false)]
    [InlineData(128, true)]
    [InlineData(256, false)]
    [InlineData(256, true)]
    [InlineData(512, false)]
    [InlineData(512, true)]
    public void EveryTileHasTheBitsOfTheDefinition(int bits, bool brain)
    {
        switch (bits)
        {
            case 128 when brain: CheckTiles<Vector128<float>, Lanes128, ushort>(); break;
            case 128: CheckTiles<Vector128<float>, Lanes128, float>(); break;
            case 256 when brain: CheckTiles<Vector256<float>, Lanes256, ushort>(); break;
            case 256: CheckTiles<Vector256<float>, Lanes256, float>(); break;
            default:
                if (brain) CheckTiles<Vector512<float>, Lanes512, ushort>();
                else CheckTiles<Vector512<float>, Lanes512, float>();
                break;
        }
    }

    private static void CheckTiles<V, L, T>()
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
    {
        foreach (ProductMode mode in Enum.GetValues<ProductMode>())
        {
            foreach (int depth in Depths)
            {
                foreach (bool transposed in (bool[])[false, true])
                {
                    var rows = new ProductCase<T>(12, depth, 1, transposed, mode, gap: 2, panelGap: 1, (ulong)depth);
                    float[] byRows = rows.Define();
                    CheckRows<V, L, T, Rows1>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows2>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows3>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows4>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows5>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows6>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows7>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows8>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows9>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows10>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows11>(rows, byRows, depth);
                    CheckRows<V, L, T, Rows12>(rows, byRows, depth);
                }

                var panels = new ProductCase<T>(1, depth, 8, transposed: false, mode, gap: 3, panelGap: 0, (ulong)depth);
                float[] byPanels = panels.Define();
                CheckPanels<V, L, T, Rows1>(panels, byPanels, depth);
                CheckPanels<V, L, T, Rows2>(panels, byPanels, depth);
                CheckPanels<V, L, T, Rows3>(panels, byPanels, depth);
                CheckPanels<V, L, T, Rows4>(panels, byPanels, depth);
                CheckPanels<V, L, T, Rows5>(panels, byPanels, depth);
                CheckPanels<V, L, T, Rows6>(panels, byPanels, depth);
                CheckPanels<V, L, T, Rows7>(panels, byPanels, depth);
                CheckPanels<V, L, T, Rows8>(panels, byPanels, depth);
            }
        }
    }

    private static void CheckRows<V, L, T, R>(ProductCase<T> product, float[] defined, int depth)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
        where R : struct, ITileRows
    {
        switch (product.Join)
        {
            case Join.None: CheckRows<V, L, T, R, JoinNone>(product, defined, depth); break;
            case Join.Before: CheckRows<V, L, T, R, JoinBefore>(product, defined, depth); break;
            case Join.BeforeRectified: CheckRows<V, L, T, R, JoinBeforeRectified>(product, defined, depth); break;
            case Join.After: CheckRows<V, L, T, R, JoinAfter>(product, defined, depth); break;
            case Join.AfterRectified: CheckRows<V, L, T, R, JoinAfterRectified>(product, defined, depth); break;
            default: CheckRows<V, L, T, R, JoinGated>(product, defined, depth); break;
        }
    }

    private static void CheckRows<V, L, T, R, J>(ProductCase<T> product, float[] defined, int depth)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
        where R : struct, ITileRows
        where J : struct, IJoin
    {
        float[] got = [.. product.Template];
        for (int tile = 0; tile < Width / 2 / L.Count; tile++)
        {
            int column = MatrixProduct.FirstColumn<V, L, T>(tile);
            RegisterTile<V, L, T>.Run<R, J>(ref First(product.A), product.ARow, product.AStep, ref First(product.B, MatrixProduct.Place<T>(column)), product.BRow, depth, ref product.DestinationAt(got, column), product.Stride, ref product.StartAt(got, column), product.StartRow);
        }

        product.AssertSame(defined, got, R.Count, 1);
    }

    private static void CheckPanels<V, L, T, P>(ProductCase<T> product, float[] defined, int depth)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
        where P : struct, ITileRows
    {
        switch (product.Join)
        {
            case Join.None: CheckPanels<V, L, T, P, JoinNone>(product, defined, depth); break;
            case Join.Before: CheckPanels<V, L, T, P, JoinBefore>(product, defined, depth); break;
            case Join.BeforeRectified: CheckPanels<V, L, T, P, JoinBeforeRectified>(product, defined, depth); break;
            case Join.After: CheckPanels<V, L, T, P, JoinAfter>(product, defined, depth); break;
            case Join.AfterRectified: CheckPanels<V, L, T, P, JoinAfterRectified>(product, defined, depth); break;
            default: CheckPanels<V, L, T, P, JoinGated>(product, defined, depth); break;
        }
    }

    private static void CheckPanels<V, L, T, P, J>(ProductCase<T> product, float[] defined, int depth)
        where V : struct
        where L : struct, ILanes<V>
        where T : unmanaged
        where P : struct, ITileRows
        where J : struct, IJoin
    {
        float[] got = [.. product.Template];
        for (int tile = 0; tile < Width / 2 / L.Count; tile++)
        {
            int column = MatrixProduct.FirstColumn<V, L, T>(tile);
            WideTile<V, L, T>.Run<P, J>(ref First(product.A), ref First(product.B, MatrixProduct.Place<T>(column)), product.Distance, depth, ref product.DestinationAt(got, column), ref product.StartAt(got, column), product.StartPanel);
        }

        product.AssertSame(defined, got, 1, P.Count);
    }

    /// <summary>Without depth there are no values, and a tile must not look for any.</summary>
    private static ref T First<T>(T[] values, int at = 0) => ref values.Length == 0 ? ref Unsafe.NullRef<T>() : ref values[at];
}
