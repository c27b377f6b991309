using TorchSharp;
using static TorchSharp.torch;

namespace EsmmLite.PeerComparison.Goldens;

/// <summary>Doubts the reference itself before anything is compared with it.</summary>
internal static class SelfCheck
{
    /// <summary>Prints the board of a case; false when a line fails.</summary>
    public static bool Run(GoldenCase golden, TextWriter board)
    {
        GoldenBatch batch = golden.Batch;
        board.WriteLine($"{golden.Spec.Name}: {batch.Rows} rows, {batch.Click.Sum()} clicks, {batch.Conversion.Sum()} conversions, " +
            $"{batch.Ids.Sum(column => column.Count(id => id == GoldenBatch.Missing))} missing ids, " +
            $"{golden.Initial.Sum(tensor => tensor.Values.Length):N0} parameters, " +
            $"{InputLayout.Of(golden.Spec).Sum(part => part.Width)} inputs");

        CheckBoard lines = new(board);
        lines.AtMost("gradients against central differences, relative", CentralDifferences.WorstError(golden), 1e-6);
        lines.AtMost("loss and slopes against the closed form", HeadError(golden), 1e-14);

        TrainingRun own = TrainingRun.OwnDense(golden.Spec, batch, golden.Initial, ScalarType.Float64);
        lines.AtMost("own dense Adam against torch's, weights", Distance(own, golden.Dense), 1e-11);
        lines.AtLeast("lazy against dense Adam, weights", Distance(golden.Lazy, golden.Dense), 1e-3);
        lines.AtLeast("SparseAdam's form against ours, weights", Distance(golden.Sparse, golden.Lazy), 5e-4);

        // A hidden unit that float32 rounding pushes over ReLU's kink would make a correct engine fail.
        double margin = new[] { golden.Forward.KinkMargin(), golden.Dense.KinkMargin, golden.Lazy.KinkMargin, golden.Sparse.KinkMargin }.Min();
        lines.AtLeast("nearest hidden unit to ReLU's kink", margin, 5e-6);

        TorchEsmm single = new(golden.Spec, golden.Initial, ScalarType.Float32);
        TorchForward singleForward = single.Backward(batch);
        lines.AtMost("float32 drift of the logits", Math.Max(Distance(singleForward.A, golden.Forward.A), Distance(singleForward.B, golden.Forward.B)), 1e-6);
        lines.AtMost("float32 drift of the gradients", single.Parameters.Zip(golden.Model.Parameters,
            (x, y) => Distance(x.Value.grad!, y.Value.grad!)).Max(), 1e-7);
        lines.AtMost("float32 drift after ten steps, dense", Distance(
            TrainingRun.TorchAdam(golden.Spec, batch, golden.Initial, ScalarType.Float32), golden.Dense), 1e-6);
        lines.AtMost("float32 drift after ten steps, lazy", Distance(
            TrainingRun.Lazy(golden.Spec, batch, golden.Initial, ScalarType.Float32, EpsilonPlace.AfterCorrection), golden.Lazy), 1e-6);
        lines.AtMost("float32 drift after ten steps, sparse", Distance(
            TrainingRun.Lazy(golden.Spec, batch, golden.Initial, ScalarType.Float32, EpsilonPlace.BeforeCorrection), golden.Sparse), 1e-6);
        return lines.Passed;
    }

    private static double Distance(TrainingRun x, TrainingRun y) =>
        x.Model.Parameters.Zip(y.Model.Parameters, (p, q) => Distance(p.Value, q.Value)).Max();

    private static double Distance(Tensor x, Tensor y) =>
        (x.detach().to(ScalarType.Float64) - y.detach()).abs().max().ToDouble();

    /// <summary>
    /// The head once more in plain C#, without torch's tape: with t = σ(a)σ(b) and c = click and conversion, the slopes of the
    /// second task are σ(-a)(t-c)/(1-t) and σ(-b)(t-c)/(1-t).
    /// </summary>
    private static double HeadError(GoldenCase golden)
    {
        double[] a = Values(golden.Forward.A), b = Values(golden.Forward.B);
        double[] slopesA = Values(golden.Forward.A.grad!), slopesB = Values(golden.Forward.B.grad!);
        double ctr = 0, ctcvr = 0, worst = 0;
        int rows = a.Length;
        for (int i = 0; i < rows; i++)
        {
            int y = golden.Batch.Click[i], c = y * golden.Batch.Conversion[i];
            double t = Sigmoid(a[i]) * Sigmoid(b[i]);
            double rest = Sigmoid(-a[i]) + Sigmoid(a[i]) * Sigmoid(-b[i]);
            ctr += (SoftPlus(a[i]) - y * a[i]) / rows;
            ctcvr += (c == 1 ? SoftPlus(-a[i]) + SoftPlus(-b[i]) : -Math.Log(rest)) / rows;
            double slope = golden.Spec.CtcvrWeight * (t - c) / rest;
            double slopeA = (golden.Spec.CtrWeight * (Sigmoid(a[i]) - y) + slope * Sigmoid(-a[i])) / rows;
            double slopeB = slope * Sigmoid(-b[i]) / rows;
            worst = Math.Max(worst, Math.Max(Math.Abs(slopeA - slopesA[i]), Math.Abs(slopeB - slopesB[i])));
        }

        return Math.Max(worst, Math.Max(Math.Abs(ctr - golden.Forward.Ctr.ToDouble()), Math.Abs(ctcvr - golden.Forward.Ctcvr.ToDouble())));

        static double[] Values(Tensor tensor) => tensor.detach().data<double>().ToArray();
        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
        static double SoftPlus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
    }
}
