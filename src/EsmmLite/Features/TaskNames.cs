namespace EsmmLite.Features;

/// <summary>The tasks that a field can be private to, in the order of their towers.</summary>
internal static class TaskNames
{
    /// <summary>A mask with the bits of all tasks.</summary>
    internal const int AllTasks = -1;

    internal static readonly string[] All = ["ctr", "cvr"];

    /// <summary>The tasks whose towers read a field, a bit each: bit 0 for the first task.</summary>
    internal static int MaskOf(Field field)
    {
        if (field.Tasks is not { } names || All.All(names.Contains))
        {
            return AllTasks;
        }

        return names.Aggregate(0, (mask, name) => mask | (1 << Array.IndexOf(All, name)));
    }
}
