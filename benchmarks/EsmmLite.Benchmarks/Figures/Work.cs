namespace EsmmLite.Benchmarks.Figures;

/// <summary>What one call of a benchmark does.</summary>
/// <param name="Flops">Floating-point operations, two a multiply-add; 0 where they are not the point.</param>
/// <param name="Items">Rows, candidates, values: what a user counts.</param>
/// <param name="Bytes">Bytes that must be read or written at the least; 0 where they are not the point.</param>
/// <param name="Threads">Threads that share the work.</param>
public readonly record struct Work(double Flops = 0, double Items = 0, double Bytes = 0, int Threads = 1);

/// <summary>A suite whose benchmarks have figures beyond their time.</summary>
public interface IHasWork
{
    /// <summary>The work of one call, with the parameters that are set.</summary>
    /// <param name="method">Name of the benchmark.</param>
    Work WorkOf(string method);
}
