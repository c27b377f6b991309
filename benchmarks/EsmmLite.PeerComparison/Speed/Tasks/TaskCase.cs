namespace EsmmLite.PeerComparison.Speed.Tasks;

/// <summary>What is done in a task.</summary>
internal enum TaskKind
{
    /// <summary>Fused multiply-adds in registers.</summary>
    Arithmetic,

    /// <summary>Reading an array.</summary>
    Reading,

    /// <summary>One training step.</summary>
    Step,

    /// <summary>Scoring a batch of encoded impressions.</summary>
    Score,

    /// <summary>Scoring the candidates of one request, whose own fields are the same for all of them.</summary>
    Request,

    /// <summary>Requests served by several threads, or beside other work.</summary>
    Serve,
}

/// <summary>What tables show of a task.</summary>
internal enum Unit
{
    /// <summary>Impressions a second.</summary>
    Impressions,

    /// <summary>Microseconds a call.</summary>
    Microseconds,

    /// <summary>Floating-point operations a second, in units of 10^9.</summary>
    GigaFlops,

    /// <summary>Bytes a second, in units of 10^9.</summary>
    GigaBytes,
}

/// <summary>One piece of work that contestants are compared on.</summary>
internal sealed record TaskCase
{
    /// <summary>Its id in results.</summary>
    public required string Id { get; init; }

    /// <summary>The tasks that a child process measures together.</summary>
    public required string Group { get; init; }

    /// <summary>What tables call it.</summary>
    public required string Title { get; init; }

    /// <summary>What is done.</summary>
    public required TaskKind Kind { get; init; }

    /// <summary>What tables show.</summary>
    public required Unit Unit { get; init; }

    /// <summary>The shape of the model; of no meaning for the machine's limits.</summary>
    public ModelShape Model { get; init; }

    /// <summary>Impressions a call, or bytes of the array that is read.</summary>
    public int Batch { get; init; }

    /// <summary>Threads at work.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Units of work a call: impressions, operations or bytes.</summary>
    public required double Work { get; init; }

    /// <summary>Floating-point operations of a call done row by row, counted from the shapes; 0 where nobody counts.</summary>
    public double Flops { get; init; }

    /// <summary>Measured this many times longer than others.</summary>
    public double LongerBy { get; init; } = 1;

    /// <summary>Candidate fields of a request with 50 distinct values.</summary>
    public IReadOnlyList<string> CategoryLike { get; init; } = [];

    /// <summary>Whether another thread is busy meanwhile.</summary>
    public bool BusyNeighbour { get; init; }
}
