using EsmmLite.Model;

namespace EsmmLite.Scoring;

/// <summary>Memory of one thread for scoring batches.</summary>
public sealed class ScoringWorkspace : ScoringMemory
{
    internal ScoringWorkspace(EsmmScorer owner, ForwardPass pass)
        : base(owner) => Pass = pass;

    internal ForwardPass Pass { get; }

    private protected override string Name => "workspace";

    private protected override string CreatedBy => nameof(EsmmScorer.CreateWorkspace);

    private protected override void Reset()
    {
    }
}
