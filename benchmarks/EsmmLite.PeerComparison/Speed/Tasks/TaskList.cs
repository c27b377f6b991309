namespace EsmmLite.PeerComparison.Speed.Tasks;

/// <summary>All tasks, in the order of the report.</summary>
internal static class TaskList
{
    /// <summary>The groups, in the order of the report; a round measures task by task, all engines at a task one after the other.</summary>
    public static IReadOnlyList<(string Group, string Title)> Groups { get; } =
    [
        ("limits", "Limits of the machine"),
        ("train", "Training step, default model"),
        ("large", "Training step, large tables"),
        ("grow", "One table grows"),
        ("score", "Scoring a batch"),
        ("request", "Ranking the candidates of one request"),
        ("serve", "Serving requests"),
    ];

    /// <summary>All tasks.</summary>
    /// <param name="quick">Whether the large tables are small ones: for a look at whether all works.</param>
    public static IReadOnlyList<TaskCase> All(bool quick) =>
        [.. Limits(), .. Train(), .. Large(quick), .. Grow(quick), .. Score(), .. Requests(), .. Serve()];

    private static IEnumerable<TaskCase> Limits() =>
        from threads in Ways()
        from limit in ((string, string, int)[])[("fma", "fp32 fused multiply-add", 0), ("l2", "read 512 KB a thread", 512 << 10), ("l3", "read 8 MB a thread", 8 << 20), ("memory", "read 512 MB a thread", 512 << 20)]
        let flops = limit.Item3 == 0
        select new TaskCase
        {
            Id = $"limits/{limit.Item1}/t{threads}",
            Group = "limits",
            Title = $"{limit.Item2}, {Threads(threads)}",
            Kind = flops ? TaskKind.Arithmetic : TaskKind.Reading,
            Unit = flops ? Unit.GigaFlops : Unit.GigaBytes,
            Batch = limit.Item3,
            Threads = threads,
            Work = flops ? Engines.Machine.FusedMultiplyAdds.FlopsPerCall : limit.Item3,
            LongerBy = 0.5,
        };

    private static IEnumerable<TaskCase> Train() =>
        from threads in Ways()
        from batch in (int[])[256, 1024, 4096]
        select Step($"train/{batch}/t{threads}", "train", $"batch {batch}, {Threads(threads)}", ModelShape.Article, batch, threads);

    private static IEnumerable<TaskCase> Large(bool quick) =>
        from threads in (int[])[Ways().Max()]
        select Step($"large/1024/t{threads}", "large", $"30 fields x {(quick ? "50 k" : "1 M")} rows, batch 1024, {Threads(threads)}", quick ? ModelShape.ThirtySmall : ModelShape.ThirtyLarge, 1024, threads);

    private static IEnumerable<TaskCase> Grow(bool quick) =>
    [
        Step("grow/1M", "grow", "one table of 1 M rows, batch 1024, 1 thread", ModelShape.OneMillion, 1024, 1),
        Step("grow/30M", "grow", $"one table of {(quick ? 2 : 30)} M rows, batch 1024, 1 thread", quick ? ModelShape.TwoMillion : ModelShape.ThirtyMillion, 1024, 1),
    ];

    private static TaskCase Step(string id, string group, string title, ModelShape model, int batch, int threads) => new()
    {
        Id = id,
        Group = group,
        Title = title,
        Kind = TaskKind.Step,
        Unit = Unit.Impressions,
        Model = model,
        Batch = batch,
        Threads = threads,
        Work = batch,

        // Backward forms two products where forward forms one: the gradients by inputs and by weights.
        Flops = 3.0 * 2 * ModelShapes.MultiplyAdds(model) * batch,
    };

    private static IEnumerable<TaskCase> Score() =>
        from threads in Ways()
        from batch in (int[])[1, 16, 100, 1000, 5000]
        where threads == 1 || batch is 100 or 1000
        select Forward($"score/{batch}/t{threads}", "score", TaskKind.Score, $"{batch} {(batch == 1 ? "row" : "rows")}, {Threads(threads)}", ModelShape.Article, batch, threads);

    private static IEnumerable<TaskCase> Requests() =>
    [
        Forward("request/5of11", "request", TaskKind.Request, "500 candidates, 5 of 11 fields in the request", ModelShape.FiveInRequest, 500, 1),
        Forward("request/5of11-separate", "request", TaskKind.Request, "500 candidates, 5 of 11 fields in the request, 3 separate candidate fields of 50 values", ModelShape.FiveInRequestThreeSeparate, 500, 1) with { CategoryLike = ModelShapes.CategoryLike },
        Forward("request/10of11", "request", TaskKind.Request, "500 candidates, 10 of 11 fields in the request", ModelShape.Article, 500, 1),
    ];

    private static IEnumerable<TaskCase> Serve() =>
    [
        .. Ways().Select(threads => Forward($"serve/400/t{threads}", "serve", TaskKind.Serve, $"requests of 400 candidates, closed loop, {Threads(threads)}", ModelShape.FiveInRequest, 400, threads) with { LongerBy = 2 }),
        Forward("serve/100/busy", "serve", TaskKind.Serve, "requests of 100 candidates on one thread beside a busy one", ModelShape.FiveInRequest, 100, 1) with { LongerBy = 8, BusyNeighbour = true },
    ];

    private static TaskCase Forward(string id, string group, TaskKind kind, string title, ModelShape model, int batch, int threads) => new()
    {
        Id = id,
        Group = group,
        Title = title,
        Kind = kind,
        Unit = Unit.Microseconds,
        Model = model,
        Batch = batch,
        Threads = threads,
        Work = 1,
        Flops = 2.0 * ModelShapes.MultiplyAdds(model) * batch,
    };

    private static int[] Ways() => Environment.ProcessorCount > 1 ? [1, 2] : [1];

    private static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
