// ESMM, the Entire Space Multi-Task Model (Ma et al., 2018), whole and in one file: plain loops over plain arrays, read from top to
// bottom. It trains to the very bits of the EsmmLite engine, because it adds the same numbers in the same order.
//
// The task: of each impression (an item shown to a user) predict whether it is clicked and whether it then converts.
//   pCTR   = P(click | shown)            pCVR = P(conversion | click, shown)
//   pCTCVR = P(click and conversion | shown) = pCTR · pCVR
// A CVR model trained on clicks alone never sees the impressions nobody clicked, yet it must rank all of them. So ESMM never trains
// pCVR by itself, it multiplies: "clicked" and "clicked and converted" are known of every impression, hence pCTR and the product can be
// learned from all, and pCVR is the factor that makes the product right. The towers share embeddings: rare conversions profit from clicks.
using System.Security.Cryptography;
using static System.MathF; // FusedMultiplyAdd(a, b, c) = a · b + c, rounded once

namespace EsmmLite.Tiny;

// ---- 1. Random numbers: SplitMix64, a counter and a function that mixes its bits ------------------------------------------------
public sealed class TinyRandom(ulong seed, int stream)
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private ulong _state = Mix(Mix(seed + Step) + (ulong)stream * 0xD1342543DE82EF95);

    public float NextSingle() => (Mix(_state += Step) >> 40) * (1.0f / (1U << 24)); // a multiple of 2^-24 in [0, 1)

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

// ---- 2. Parameters. The log they are learned from, ids and numbers already, is in TinyLog.cs ------------------------------------
/// <summary>Weights [rows, columns], row by row, their gradient, and Adam's moving averages of the gradient and of its square.</summary>
public sealed class TinyTensor(int rows, int columns)
{
    public readonly int Rows = rows, Columns = columns;
    public readonly float[] W = new float[rows * columns], G = new float[rows * columns];
    public readonly float[] M = new float[rows * columns], V = new float[rows * columns];
    public readonly HashSet<int> Touched = []; // the rows of an embedding table that the batch uses

    /// <summary>Uniform in [−limit, limit); every tensor draws from a stream of its own.</summary>
    public TinyTensor(int rows, int columns, double limit, ulong seed, int stream) : this(rows, columns)
    {
        var random = new TinyRandom(seed, stream);
        for (int i = 0; i < W.Length; i++)
            W[i] = (2f * random.NextSingle() - 1f) * (float)limit;
    }

    public void Clear() { Array.Clear(G); Touched.Clear(); }
}

// ---- 3. The model: embeddings, and the input of one impression ------------------------------------------------------------------
public sealed partial class TinyEsmm
{
    public readonly TinyConfig Config;
    public readonly TinyTensor[] Tables; // embeddings [rows, dim] of the categorical fields
    public readonly TinyTower Ctr, Cvr;

    public TinyEsmm(TinyConfig config)
    {
        Config = config;
        Tables = [.. config.Fields.Where(field => field.Rows > 0)
            .Select((field, i) => new TinyTensor(field.Rows, field.Dim, 1 / Math.Sqrt(field.Dim), config.Seed, i))];
        Ctr = new TinyTower(config, config.Ctr, Tables.Length);
        Cvr = new TinyTower(config, config.Cvr, Tables.Length + Ctr.Kernels.Length);
    }

    public IEnumerable<TinyTensor> Tensors() => [.. Tables, .. Ctr.Tensors(), .. Cvr.Tensors()];

    /// <summary>Row id of the field's table [dim]; zeros where the value is missing (−1).</summary>
    private float[] Embedding(int f, int[] ids)
    {
        (int id, int dim) = (ids[Config.Slot[f]], Config.Fields[f].Dim);
        return id < 0 ? new float[dim] : Tables[Config.Slot[f]].W[(id * dim)..(id * dim + dim)];
    }

    /// <summary>x [width]: embeddings and numbers; for each cross the product of two embeddings, element by element.</summary>
    private float[] Input(int[] ids, float[] numbers)
    {
        var x = new float[Config.Width];
        for (int f = 0; f < Config.Fields.Length; f++)
            (Config.Fields[f].Rows > 0 ? Embedding(f, ids) : [numbers[Config.Slot[f]]]).CopyTo(x, Config.Column[f]);
        for (int c = 0; c < Config.Crosses.Length; c++)
        {
            (float[] first, float[] second) = (Embedding(Config.Crosses[c].First, ids), Embedding(Config.Crosses[c].Second, ids));
            for (int j = 0; j < first.Length; j++)
                x[Config.Column[Config.Fields.Length + c] + j] = first[j] * second[j];
        }
        return x;
    }

    /// <summary>The two logits of an impression: a click has probability σ(A), a conversion after it σ(B).</summary>
    public (float A, float B) Logits(int[] ids, float[] numbers)
    {
        float[] x = Input(ids, numbers);
        return (Ctr.Forward(x), Cvr.Forward(x));
    }
}

// ---- 4. A tower: from x through ReLU layers to one logit ------------------------------------------------------------------------
public sealed class TinyTower
{
    public readonly TinyTensor[] Kernels, Biases; // layer l: W [in, out] and b [1, out]; the last layer has one output, the logit
    public readonly float[][] H;                  // what enters each layer; H[0] is x
    public readonly OrderedDictionary<int, float[]>[] Sums; // of a separate field's rows: slopes of the first layer, added up
    private readonly TinyConfig _config;

    public TinyTower(TinyConfig config, int[] hidden, int stream)
    {
        int[] widths = [config.Width, .. hidden, 1];
        _config = config;
        H = [.. widths.Select(width => new float[width])];
        Kernels = [.. widths.Skip(1).Select((width, l) => // Glorot's limit: signals keep their size on the way forth and back
            new TinyTensor(widths[l], width, Math.Sqrt(6.0 / (widths[l] + width)), config.Seed, stream + l))];
        Biases = [.. widths.Skip(1).Select(width => new TinyTensor(1, width))];
        Sums = [.. config.Fields.Select(_ => new OrderedDictionary<int, float[]>())];
    }

    public IEnumerable<TinyTensor> Tensors() => Kernels.Zip(Biases).SelectMany(layer => (TinyTensor[])[layer.First, layer.Second]);

    /// <summary>h₀ = x [width]; hₗ₊₁ = max(0, hₗ Wₗ + bₗ); logit = h w + b. Keeps every h for the way back.</summary>
    public float Forward(float[] x)
    {
        H[0] = x;
        for (int l = 0; l + 1 < Kernels.Length; l++)
            for (int n = 0; n < Kernels[l].Columns; n++)
                H[l + 1][n] = Max(0, l == 0 ? FirstLayer(n) : Chain(l, n, 0, H[l].Length, Biases[l].W[n]));

        float[] h = H[Kernels.Length - 1], lane = new float[16]; // 16 lanes, as in the widest vector registers, then folded in halves
        for (int k = 0; k < h.Length; k++)
            lane[k % 16] = FusedMultiplyAdd(h[k], Kernels[^1].W[k], lane[k % 16]);
        for (int s = 8; s > 0; s /= 2)
            for (int i = 0; i < s; i++)
                lane[i] += lane[i + s];
        return lane[0] + Biases[^1].W[0];
    }

    /// <summary>The sum over groups of columns: what the request adds is the same for all its candidates, and can be reused.</summary>
    private float FirstLayer(int n)
    {
        float[] sum = [Biases[0].W[n], 0, 0]; // request, candidate, spanning
        foreach (TinyGroup group in _config.Groups)
            sum[(int)group.Side] += Chain(0, n, group.From, group.To, 0);
        return sum[0] + sum[1] + sum[2];
    }

    private float Chain(int l, int n, int from, int to, float sum) // sum + Σ h[k] W[k, n], one term after the other
    {
        for (int k = from; k < to; k++)
            sum = FusedMultiplyAdd(H[l][k], Kernels[l].W[k * Kernels[l].Columns + n], sum);
        return sum;
    }
}

// ---- 5. The head: losses and their slopes by the logits a and b, in double ------------------------------------------------------
public static class TinyHead
{
    /// <summary>e^x = 2^k e^r with x = k ln 2 + r, e^r = 1 + r + r²/2! + ... + r¹³/13!: from + − × ÷ alone, the same bits everywhere.</summary>
    public static double Exp(double x)
    {
        x = Math.Min(Math.Max(x, -746.0), 710.0);
        double k = Math.Round(x * 1.4426950408889634), factorial = 6227020800.0, sum = 1 / factorial;
        double r = Math.FusedMultiplyAdd(-k, 5.497923018708371e-14, Math.FusedMultiplyAdd(-k, 0.6931471805598903, x)); // ln 2 in two parts
        for (int n = 13; n > 0; n--)
            sum = Math.FusedMultiplyAdd(sum, r, 1 / (factorial /= n));
        int half = (int)k >> 1;
        return sum * Math.ScaleB(1, half) * Math.ScaleB(1, (int)k - half);
    }

    public static double Sigmoid(double x) => (x < 0 ? Exp(x) : 1) / (1 + Exp(-Math.Abs(x))); // σ(x) = 1 / (1 + e^−x)

    public static double Loss(double p, bool happened) => -Math.Log(happened ? p : 1 - p); // −ln of the probability of what happened

    public static double CtrSlope(double a, bool click) => click ? -Sigmoid(-a) : Sigmoid(a); // dCTR/da = σ(a) − y

    /// <summary>Slope of the CTCVR loss by a: σ(−a) (t − c) / (1 − t), t = σ(a) σ(b). Dividing by t if c = 0 avoids subtracting.</summary>
    public static (double DA, double DB) CtcvrSlopes(double a, double b, bool both) => both
        ? (-Sigmoid(-a), -Sigmoid(-b))
        : (Sigmoid(a) / (1 + Exp(-b) + ExpOfDifference(a, b)), Sigmoid(b) / (1 + Exp(-a) + ExpOfDifference(b, a)));

    /// <summary>e^(x − y) with the rounding error of d = x − y (Knuth) put right: e^(d + rest) = e^d rest + e^d.</summary>
    private static double ExpOfDifference(double x, double y)
    {
        double d = x - y, power = Exp(d), yPart = d - x;
        return double.IsFinite(power) ? Math.FusedMultiplyAdd(power, x - (d - yPart) - (y + yPart), power) : power;
    }
}

// ---- 6. Backward through a tower; dX is the slope of the loss by X --------------------------------------------------------------
public sealed partial class TinyEsmm
{
    /// <summary>Of z = h W + b: dW += hᵀ dz, db += dz, dh = dz Wᵀ. ReLU passes a slope on where its output is above 0.</summary>
    private void Backward(TinyTower tower, float dLogit, float[] dInput, int[] ids)
    {
        float[] dZ = [dLogit];
        for (int l = tower.Kernels.Length - 1; l >= 0; l--)
        {
            (float[] h, float[] w, float[] g) = (tower.H[l], tower.Kernels[l].W, tower.Kernels[l].G);
            float[] dH = l == 0 ? dInput : new float[h.Length]; // both towers add to dInput, one after the other
            for (int k = 0; k < h.Length; k++)
            {
                if (l == 0 && Config.ByRow[k])
                    continue;
                for (int n = 0, i = k * dZ.Length; n < dZ.Length; n++, i++)
                {
                    g[i] = FusedMultiplyAdd(h[k], dZ[n], g[i]);
                    dH[k] = FusedMultiplyAdd(dZ[n], w[i], dH[k]);
                }
                dH[k] = l == 0 || h[k] > 0 ? dH[k] : 0;
            }
            for (int n = 0; n < dZ.Length; n++)
                tower.Biases[l].G[n] += dZ[n];
            for (int f = 0; l == 0 && f < Config.Fields.Length; f++)
                if (Config.Fields[f] is { Separate: true, Rows: > 0 } && ids[Config.Slot[f]] >= 0)
                    AddUp(tower.Sums[f], ids[Config.Slot[f]], dZ);
            dZ = dH;
        }
    }

    private static void AddUp(OrderedDictionary<int, float[]> sums, int id, float[] dZ)
    {
        sums.TryAdd(id, new float[dZ.Length]);
        for (int n = 0; n < dZ.Length; n++)
            sums[id][n] += dZ[n];
    }

    /// <summary>Ids repeat. So of a separate field, one with a group of its own, dz is first added up over the impressions with the same
    /// row e; then dW += eᵀ sum, and de = sum Wᵀ, in chains of 256 outputs. The same gradient, other roundings, less work.</summary>
    private void SeparateField(int f)
    {
        (TinyTensor table, int column) = (Tables[Config.Slot[f]], Config.Column[f]);
        foreach (TinyTower tower in (TinyTower[])[Ctr, Cvr])
            foreach ((int id, float[] sum) in tower.Sums[f])
                for (int k = 0; k < table.Columns; k++)
                    for (int n = 0, i = (column + k) * sum.Length; n < sum.Length; n++, i++)
                        tower.Kernels[0].G[i] = FusedMultiplyAdd(table.W[id * table.Columns + k], sum[n], tower.Kernels[0].G[i]);
        foreach (int id in Ctr.Sums[f].Keys)
            for (int k = 0; k < table.Columns; k++)
                table.G[id * table.Columns + k] += ((TinyTower[])[Ctr, Cvr]).SelectMany(t => Chains(t, t.Sums[f][id], column + k)).Aggregate((a, b) => a + b);
    }

    private static IEnumerable<float> Chains(TinyTower tower, float[] sum, int k)
    {
        for (int from = 0; from < sum.Length; from += 256)
        {
            float chain = 0;
            for (int n = from; n < Math.Min(from + 256, sum.Length); n++)
                chain = FusedMultiplyAdd(tower.Kernels[0].W[k * sum.Length + n], sum[n], chain);
            yield return chain;
        }
    }

    // ---- 7. The gradient of the mean loss over a batch, one impression after the other ------------------------------------------
    /// <summary>Fills every G; returns the loss: ctrWeight · mean CTR loss + ctcvrWeight · mean CTCVR loss.</summary>
    public double Gradients(TinyLog batch)
    {
        foreach (TinyTensor tensor in Tensors())
            tensor.Clear();
        foreach (OrderedDictionary<int, float[]> sums in Ctr.Sums.Concat(Cvr.Sums))
            sums.Clear();
        (double loss, double scaleCtr, double scaleCtcvr) = (0, Config.CtrWeight / batch.Rows, Config.CtcvrWeight / batch.Rows);
        for (int r = 0; r < batch.Rows; r++)
        {
            (float a, float b) = Logits(batch.Ids[r], batch.Numbers[r]);
            (bool click, bool both) = (batch.Click[r], batch.Click[r] && batch.Conversion[r]);
            (double pCtr, double pCvr) = (TinyHead.Sigmoid(a), TinyHead.Sigmoid(b));
            loss += scaleCtr * TinyHead.Loss(pCtr, click) + scaleCtcvr * TinyHead.Loss(pCtr * pCvr, both);
            (double dA, double dB) = TinyHead.CtcvrSlopes(a, b, both);
            var dInput = new float[Config.Width];
            Backward(Ctr, (float)(scaleCtr * TinyHead.CtrSlope(a, click) + scaleCtcvr * dA), dInput, batch.Ids[r]);
            Backward(Cvr, (float)(scaleCtcvr * dB), dInput, batch.Ids[r]);
            for (int f = 0; f < Config.Fields.Length; f++)
                if (Config.Fields[f].Rows > 0 && batch.Ids[r][Config.Slot[f]] >= 0)
                    EmbeddingGradient(f, batch.Ids[r], dInput);
        }
        for (int f = 0; f < Config.Fields.Length; f++)
            if (Config.Fields[f] is { Separate: true, Rows: > 0 })
                SeparateField(f);
        return loss;
    }

    /// <summary>An embedding e enters x as itself and in its crosses e · o, whose slope by e is o. A row used twice adds up.</summary>
    private void EmbeddingGradient(int f, int[] ids, float[] dInput)
    {
        (TinyTensor table, int id) = (Tables[Config.Slot[f]], ids[Config.Slot[f]]);
        float[] g = dInput[Config.Column[f]..(Config.Column[f] + table.Columns)];
        for (int c = 0; c < Config.Crosses.Length; c++)
        {
            (int first, int second) = Config.Crosses[c];
            float[] other = f == first ? Embedding(second, ids) : f == second ? Embedding(first, ids) : [];
            for (int j = 0; j < other.Length; j++)
                g[j] = FusedMultiplyAdd(dInput[Config.Column[Config.Fields.Length + c] + j], other[j], g[j]);
        }
        table.Touched.Add(id);
        for (int j = 0; j < g.Length; j++)
            table.G[id * g.Length + j] += g[j];
    }

    // ---- 8. Adam: a step along −m / √v, moving averages of the gradient and of its square ---------------------------------------
    private double _power1 = 1, _power2 = 1; // β₁^t and β₂^t after t steps
    private long _steps;

    /// <summary>One step of training. Embeddings are lazy: a row that the batch does not use stays as it is.</summary>
    public double Step(TinyLog batch)
    {
        double loss = Gradients(batch);
        (_steps, _power1, _power2) = (_steps + 1, _power1 * Config.Beta1, _power2 * Config.Beta2);
        foreach (TinyTensor table in Tables)
            foreach (int row in table.Touched)
                Adam(table, row * table.Columns, (row + 1) * table.Columns);
        foreach (TinyTensor tensor in Tensors().Skip(Tables.Length))
            Adam(tensor, 0, tensor.W.Length);
        return loss;
    }

    private void Adam(TinyTensor t, int from, int to)
    {
        // The averages start at 0: after t steps they have come to 1 − β^t of what they average.
        float stepSize = (float)(Config.LearningRate / (1 - _power1)), c2 = (float)(1 / (1 - _power2)), tiny = ScaleB(1, -100);
        for (int i = from; i < to; i++)
        {
            float m = FusedMultiplyAdd((float)Config.Beta1, t.M[i], (float)(1 - Config.Beta1) * t.G[i]);
            float v = FusedMultiplyAdd((float)Config.Beta2, t.V[i], (float)(1 - Config.Beta2) * t.G[i] * t.G[i]);
            t.M[i] = m = Abs(m) < tiny ? 0 : m; // no longer matters, and the subnormal numbers it would decay to are slow
            t.V[i] = v = Abs(v) < tiny ? 0 : v;
            t.W[i] = FusedMultiplyAdd(-stepSize, m / (Sqrt(v * c2) + (float)Config.Epsilon), t.W[i]);
        }
    }

    // ---- 9. The training loop, and the fingerprint of its result ----------------------------------------------------------------
    /// <summary>Once through the log in its order, batch by batch (the last may be smaller). Returns the mean loss.</summary>
    public double Epoch(TinyLog log, int batch)
    {
        double loss = 0;
        for (int first = 0; first < log.Rows; first += batch)
            loss += Step(log.Slice(first, batch)) * Math.Min(batch, log.Rows - first) / log.Rows;
        return loss;
    }

    /// <summary>SHA-256 of all weights: one different bit anywhere gives another digest.</summary>
    public string Digest() => Sha256([.. Bytes(t => t.W)]);
    /// <summary>SHA-256 of all that training goes on from: weights, Adam's m, Adam's v, number of steps.</summary>
    public string StateDigest() => Sha256([.. Bytes(t => t.W), .. Bytes(t => t.M), .. Bytes(t => t.V), .. BitConverter.GetBytes(_steps)]);
    private IEnumerable<byte> Bytes(Func<TinyTensor, float[]> part) => Tensors().SelectMany(part).SelectMany(BitConverter.GetBytes);
    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
