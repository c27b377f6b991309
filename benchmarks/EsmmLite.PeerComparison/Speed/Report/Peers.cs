namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>A peer that ratios are taken against: the best of its variants.</summary>
internal enum PeerFamily
{
    /// <summary>TorchSharp as it comes.</summary>
    Torch,

    /// <summary>TorchSharp in the environment given for it.</summary>
    TorchSecond,

    /// <summary>Dense Adam over all rows of the tables, by TorchSharp as it comes: what most people run.</summary>
    TorchDense,

    /// <summary>TorchSharp as it comes, without dense Adam.</summary>
    TorchSparse,

    /// <summary>ONNX Runtime.</summary>
    Onnx,
}

/// <summary>Whose an id is.</summary>
internal static class Peers
{
    /// <summary>Whether an id is EsmmLite's.</summary>
    public static bool IsOurs(string id) => id.StartsWith("esmm", StringComparison.Ordinal);

    /// <summary>Whether an id is the machine's.</summary>
    public static bool IsMachine(string id) => id.StartsWith("machine", StringComparison.Ordinal);

    /// <summary>Whether it was held to 256-bit vectors.</summary>
    public static bool IsNarrow(string id) => id.EndsWith(Setting.Narrow, StringComparison.Ordinal);

    /// <summary>Dense Adam over all rows of the tables, by TorchSharp as it comes.</summary>
    public static bool IsTorchDense(string id) => Is(id, PeerFamily.TorchDense);

    /// <summary>Dense Adam, in any environment.</summary>
    public static bool IsDense(string id) => id.Contains("dense", StringComparison.Ordinal);

    /// <summary>The peer of an id; null for EsmmLite and the machine.</summary>
    public static PeerFamily? FamilyOf(string id) =>
        Is(id, PeerFamily.TorchSecond) ? PeerFamily.TorchSecond : Is(id, PeerFamily.Torch) ? PeerFamily.Torch : Is(id, PeerFamily.Onnx) ? PeerFamily.Onnx : null;

    /// <summary>Whether an id belongs to a peer.</summary>
    public static bool Is(string id, PeerFamily family)
    {
        bool torch = id.StartsWith("torch", StringComparison.Ordinal), second = id.EndsWith(Setting.TorchSecond, StringComparison.Ordinal), dense = IsDense(id);
        return family switch
        {
            PeerFamily.Torch => torch && !second,
            PeerFamily.TorchSecond => torch && second,
            PeerFamily.TorchDense => torch && !second && dense,
            PeerFamily.TorchSparse => torch && !second && !dense,
            _ => id.StartsWith("onnx", StringComparison.Ordinal),
        };
    }
}
