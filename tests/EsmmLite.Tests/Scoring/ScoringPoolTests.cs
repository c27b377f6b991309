using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;

namespace EsmmLite.Tests.Scoring;

public class ScoringPoolTests
{
    private readonly EsmmScorer _scorer = new(SmallModels.Create("allCrosses"));

    [Fact]
    public void What_is_returned_is_lent_again_cleared()
    {
        ScoringPool<RankingRequest> pool = _scorer.CreateRequestPool(4, 2);
        Rented<RankingRequest> first = pool.Rent();
        RankingRequest request = first.Value;
        request.Set(_scorer.Field("r0"), "user");
        request.AddCandidate();
        Prediction[] dirty = new Prediction[1], clean = new Prediction[1];
        _scorer.Score(request, dirty);
        first.Dispose();

        using Rented<RankingRequest> second = pool.Rent();
        Assert.Same(request, second.Value);
        Assert.Equal(0, request.Count);
        request.AddCandidate();
        _scorer.Score(request, clean);
        Assert.NotEqual(dirty, clean);
    }

    [Fact]
    public void A_lease_ends_once_and_what_was_lent_is_no_use_afterwards()
    {
        ScoringPool<RankingRequest> pool = _scorer.CreateRequestPool(4, 2);
        Rented<RankingRequest> lease = pool.Rent(), copy = lease;
        RankingRequest kept = lease.Value;
        lease.Dispose();
        Usage("the lease has ended", () => { _ = lease.Value; });
        Usage("returned to its pool", () => kept.AddCandidate());
        Usage("returned to its pool", () => { _scorer.Score(kept, []); });
        Usage("the lease has ended", () => { _ = default(Rented<RankingRequest>).Value; });

        // While somebody else has it, an old lease can't give it to a third.
        using Rented<RankingRequest> next = pool.Rent();
        Assert.Same(kept, next.Value);
        copy.Dispose();
        lease.Dispose();
        default(Rented<RankingRequest>).Dispose();
        using Rented<RankingRequest> third = pool.Rent();
        Assert.NotSame(next.Value, third.Value);
    }

    [Fact]
    public void Beyond_its_capacity_a_pool_lends_but_does_not_keep()
    {
        ScoringPool<ScoringWorkspace> pool = _scorer.CreateWorkspacePool(2);
        Assert.Equal(2, pool.Capacity);
        Rented<ScoringWorkspace>[] leases = [pool.Rent(), pool.Rent(), pool.Rent()];
        ScoringWorkspace[] lent = [.. leases.Select(l => l.Value)];
        Assert.Equal(3, lent.Distinct().Count());
        Array.ForEach(leases, l => l.Dispose());
        ScoringWorkspace[] again = [pool.Rent().Value, pool.Rent().Value, pool.Rent().Value];
        Assert.Equal(2, again.Intersect(lent).Count());
    }

    [Fact]
    public void A_request_that_another_thread_scores_is_neither_filled_nor_scored_nor_lent()
    {
        ScoringPool<RankingRequest> pool = _scorer.CreateRequestPool(4, 1);
        Rented<RankingRequest> lease = pool.Rent();
        RankingRequest request = lease.Value;
        request.AddCandidate();
        request.Enter(_scorer);
        Usage("being scored by another thread", () => request.Clear());
        Usage("being scored by another thread", () => request.AddCandidate());
        Usage("being scored by another thread", () => request.Set(_scorer.Field("r0"), "x"));
        Usage("being scored by another thread", () => request.SetCandidate(0, _scorer.Field("c0"), 1));
        Usage("being scored by another thread", () => { _scorer.Score(request, new Prediction[1]); });
        lease.Dispose();
        Assert.NotSame(request, pool.Rent().Value);
        request.Leave();
    }

    [Fact]
    public void A_request_and_a_workspace_of_another_scorer_are_refused()
    {
        EsmmScorer other = new(SmallModels.Create("allCrosses"));
        Usage("CreateRequest", () => { _scorer.Score(other.CreateRequest(1), []); });
        Usage("CreateWorkspace", () => { _scorer.Score(_scorer.Space.CreateBatch(1), other.CreateWorkspace(), []); });
    }

    [Fact]
    public void Many_threads_that_share_a_scorer_and_a_pool_get_the_bits_of_one()
    {
        const int Users = 40, Threads = 8, Rounds = 30;
        ScoringPool<RankingRequest> pool = _scorer.CreateRequestPool(50, 3);
        FieldKey[] requestKeys = [_scorer.Field("r0"), _scorer.Field("r1")], candidateKeys = [_scorer.Field("c0"), _scorer.Field("c1"), _scorer.Field("c2")];
        Ranked[][] expected = [.. Enumerable.Range(0, Users).Select(Rank)];
        Assert.True(expected.Select(e => e[0]).Distinct().Count() > Users / 2);
        List<Exception> faults = [];
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            try
            {
                for (int i = 0; i < Rounds * Users; i++)
                {
                    int user = ((i * 7) + (t * 13)) % Users;
                    Assert.Equal(expected[user], Rank(user));
                }
            }
            catch (Exception fault)
            {
                lock (faults)
                {
                    faults.Add(fault);
                }
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Empty(faults);

        Ranked[] Rank(int user)
        {
            using Rented<RankingRequest> rented = pool.Rent();
            RankingRequest request = rented.Value;
            SplitMix random = new((ulong)user);
            foreach (FieldKey key in requestKeys)
            {
                request.Set(key, random.NextBelow(1000));
            }

            for (int c = 0; c < 50; c++)
            {
                int candidate = request.AddCandidate();
                foreach (FieldKey key in candidateKeys)
                {
                    request.SetCandidate(candidate, key, random.NextBelow(1000));
                }
            }

            Ranked[] top = new Ranked[5];
            Ranking.Top(_scorer.Score(request, new Prediction[50]), default(ByPCtcvr), top);
            return top;
        }
    }

    private static void Usage(string text, Action action)
    {
        EsmmException fault = Assert.Throws<EsmmException>(action);
        Assert.Equal(EsmmErrorKind.Usage, fault.Kind);
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
    }
}
