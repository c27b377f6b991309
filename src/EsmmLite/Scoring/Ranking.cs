using EsmmLite.Features;

namespace EsmmLite.Scoring;

/// <summary>Picks the best of scored candidates.</summary>
public static class Ranking
{
    /// <summary>
    /// Writes the best candidates by a score expression, the best first; of equal scores the lower number goes first. Nothing is
    /// allocated.
    /// </summary>
    /// <typeparam name="TScore">The expression, a struct: <see cref="ByPCtcvr"/>, <see cref="ByExpectedValue"/>, <see cref="ByPowers"/> or one's own.</typeparam>
    /// <param name="predictions">The candidates' predictions, as <see cref="EsmmScorer.Score(RankingRequest, Span{Prediction})"/> returns them.</param>
    /// <param name="score">The expression.</param>
    /// <param name="destination">As many as are wanted. [k]</param>
    /// <returns>How many were written: k, or the number of candidates if there are fewer.</returns>
    /// <exception cref="EsmmException">A score is not finite; the message names the candidate, and the destination holds nothing of use.</exception>
    public static int Top<TScore>(ReadOnlySpan<Prediction> predictions, TScore score, Span<Ranked> destination)
        where TScore : struct, IRankScore, allows ref struct
    {
        // A heap of the best so far, the worst of them at its root. Candidates come in order, so an equal score never replaces one.
        int count = 0;
        for (int candidate = 0; candidate < predictions.Length; candidate++)
        {
            Ranked next = new(candidate, score.Of(in predictions[candidate], candidate));
            if (!double.IsFinite(next.Score))
            {
                throw new EsmmException(EsmmErrorKind.Data, $"the score is {NumberReader.Describe(next.Score)}", $"candidate {candidate}", "a finite number", "Check the values that the score expression was given.");
            }

            if (count < destination.Length)
            {
                Rise(destination, count++, next);
            }
            else if (count > 0 && next.Score > destination[0].Score)
            {
                Sink(destination[..count], next);
            }
        }

        // The worst goes to the end, then the worst of the rest.
        for (int last = count - 1; last > 0; last--)
        {
            Ranked moved = destination[last];
            destination[last] = destination[0];
            Sink(destination[..last], moved);
        }

        return count;
    }

    private static bool Worse(in Ranked a, in Ranked b) => a.Score < b.Score || (a.Score == b.Score && a.Candidate > b.Candidate);

    /// <summary>Places an item that starts at a leaf.</summary>
    private static void Rise(Span<Ranked> heap, int at, Ranked item)
    {
        while (at > 0 && Worse(item, heap[(at - 1) / 2]))
        {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        heap[at] = item;
    }

    /// <summary>Places an item that starts at the root, whose old item is gone.</summary>
    private static void Sink(Span<Ranked> heap, Ranked item)
    {
        int at = 0;
        for (int child = 1; child < heap.Length; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Length && Worse(heap[child + 1], heap[child]))
            {
                child++;
            }

            if (!Worse(heap[child], item))
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = item;
    }
}
