namespace EsmmLite.Model;

/// <summary>What became of a part of an earlier model.</summary>
public enum Inherited
{
    /// <summary>All its weights were taken over.</summary>
    Kept,

    /// <summary>Its weights were taken over, and others added beside them.</summary>
    Grown,

    /// <summary>It is not in the earlier model, or not in a shape that fits: it begins anew.</summary>
    New,

    /// <summary>It is in the earlier model only.</summary>
    Dropped,
}

/// <summary>A field, cross or tower of a model that began with an earlier model's weights.</summary>
/// <param name="Name">The part, such as <c>field user_id</c>.</param>
/// <param name="What">What became of it.</param>
/// <param name="Detail">Rows taken over, added and dropped, or why nothing was taken; may be empty.</param>
public sealed record InheritedPart(string Name, Inherited What, string Detail);
