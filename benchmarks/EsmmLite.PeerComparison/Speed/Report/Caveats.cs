namespace EsmmLite.PeerComparison.Speed.Report;

/// <summary>What a reader has to know before believing the tables.</summary>
internal static class Caveats
{
    /// <summary>The last section of the report.</summary>
    public static string Text(SpeedOptions options)
    {
        string second = options.TorchEnvironment.Count > 0
            ? $"The columns \"{options.TorchLabel}\" show the same programs in another environment ({string.Join(", ", options.TorchEnvironment.Keys)})."
            : "No second set of TorchSharp figures was asked for (`--torch-env`), so there is no such column.";
        return $"""

            ## Caveats

            Each engine ran in a process of its own, one after the other. Batches were ready in each engine's own form (id tensors,
            bound buffers, encoded requests) and went round; encoding is part of no figure. Ids are Zipf(1.05) over each table's rows.
            TorchSharp's sparse Adam is made of torch operators, as the library ships none. The variants of TorchSharp differ in
            tables, optimizer and towers; the best one of each task is compared. On AMD processors libtorch's MKL leaves AVX-512
            unused.
            {second}
            ONNX Runtime runs the model that EsmmLite exports, with its default optimisations and spinning, inputs and
            outputs bound. EsmmLite scores a batch on one thread; with two threads, two callers score a batch each, and the peers are
            shown both so and with two threads inside a batch: the figure is wall time over batches. Operations are counted from the
            shapes, backward as twice forward, so a share of the peak above 100 % means that fewer were done. Peak and bandwidth were
            measured in the same rounds. Figures of training are wall time over steps, those of scoring on one thread are median calls.

            """;
    }
}
