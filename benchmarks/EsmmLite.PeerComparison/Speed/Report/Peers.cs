namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>The peers that get a column of their own.</summary>
internal static class Peers
{
    /// <summary>Whether an id is EsmmLite's.</summary>
    public static bool IsOurs(string id) => id.StartsWith("esmm", StringComparison.Ordinal);

    /// <summary>TorchSharp as it comes.</summary>
    public static bool IsTorch(string id) => id.StartsWith("torch", StringComparison.Ordinal) && !IsTorchSecond(id);

    /// <summary>TorchSharp in the environment given for it.</summary>
    public static bool IsTorchSecond(string id) => id.EndsWith(Setting.TorchSecond, StringComparison.Ordinal);

    /// <summary>Dense Adam over all rows of the tables, by TorchSharp as it comes.</summary>
    public static bool IsTorchDense(string id) => IsTorch(id) && id.Contains("dense", StringComparison.Ordinal);

    /// <summary>ONNX Runtime.</summary>
    public static bool IsOnnx(string id) => id.StartsWith("onnx", StringComparison.Ordinal);
}
