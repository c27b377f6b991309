namespace EsmmLite.Scoring;

/// <summary>What a step of a rank score's program does with the numbers on its stack.</summary>
internal enum RankOperation
{
    Number,
    PCtr,
    PCvr,
    PCtcvr,
    Column,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Negate,
    Min,
    Max,
    Log,
    Exp,
    Clamp,
    Range,
    MiddleRange,
}

/// <summary>A step of a program in postfix order.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Character">Where it stands in the text, from 1.</param>
/// <param name="Value">The number, of <see cref="RankOperation.Number"/>.</param>
/// <param name="Column">Which column, of <see cref="RankOperation.Column"/>.</param>
internal readonly record struct RankStep(RankOperation Operation, int Character, double Value = 0, int Column = 0)
{
    /// <summary>How many numbers it takes from the stack; it puts one there.</summary>
    public int Operands => Operation switch
    {
        <= RankOperation.Column => 0,
        RankOperation.Negate or RankOperation.Log or RankOperation.Exp => 1,
        RankOperation.Clamp or RankOperation.Range => 3,
        RankOperation.MiddleRange => 4,
        _ => 2,
    };
}
