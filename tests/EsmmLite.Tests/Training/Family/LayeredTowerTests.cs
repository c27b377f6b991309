using EsmmLite.Features;
using EsmmLite.Kernels;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

/// <summary>Every kind of tower: gradients against an independent forward pass in double, the promises, the file.</summary>
public class LayeredTowerTests(ITestOutputHelper output)
{
    public static TheoryData<string> All => FamilyModels.All;

    [Theory]
    [MemberData(nameof(All))]
    public void Every_gradient_is_the_difference_quotient_of_the_loss(string name)
    {
        if (name == "dropout")
        {
            return; // what it drops isn't in the oracle; see the test of its own
        }

        EsmmModel model = FamilyModels.Create(name);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 15, 3);
        Objective objective = new LogitSum(model.Towers.Tasks);
        using StepWork work = new(model, batch.Count, 1, objective, null, new Optimizer(new TrainingOptions { Batch = batch.Count }, model.Bottom, model.Towers));
        work.Gradients(batch, new EntireSpace());
        DoubleFamily oracle = new(model);
        double[] stopped = [.. Enumerable.Range(0, batch.Count).Select(r => DoubleFamily.Sigmoid(oracle.Logits(batch, r)[1]))];
        double Loss() => Enumerable.Range(0, batch.Count).Sum(r => oracle.Logits(batch, r, model.Options.Path is { StopGradient: true } ? stopped[r] : null).Select((a, k) => LogitSum.Weight(r, k) * a).Sum());
        double worst = 0;
        for (int t = 0; t < model.Towers.Tensors.Count; t++)
        {
            float[] actual = EsmmModel.Unpack(model.Towers.Tensors[t], work.TowerGradients);
            worst = Math.Max(worst, Compare(model.Towers.Tensors[t].Name, actual, oracle.Towers[t], Loss, [.. Enumerable.Range(0, actual.Length)]));
        }

        for (int t = 0; t < model.Bottom.Tables.Count; t++)
        {
            EmbeddingTable table = model.Bottom.Tables[t];
            RowGradients rows = work.RowGradientsOf(t);
            float[] actual = new float[table.Rows * table.Dim];
            for (int i = 0; i < rows.Count; i++)
            {
                rows.Gradients.Slice(i * table.Dim, table.Dim).CopyTo(actual.AsSpan(rows.Rows[i] * table.Dim));
            }

            worst = Math.Max(worst, Compare(table.Name, actual, oracle.Tables[t], Loss, [.. rows.Rows.ToArray().SelectMany(row => Enumerable.Range(row * table.Dim, table.Dim))]));
        }

        output.WriteLine($"OK max-diff {worst:E2} of the tensor's largest gradient");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Training_reaches_one_state_on_any_number_of_threads_and_scores_have_the_same_bits_on_every_path(string name)
    {
        HashSet<string> digests = [];
        EsmmModel last = null!;
        foreach (int threads in (int[])[1, 2, 3])
        {
            last = FamilyModels.Create(name);
            using Trainer trainer = new(last, new TrainingOptions { Batch = 300, LearningRate = 0.01 }, threads);
            double first = 0;
            for (int step = 0; step < 12; step++)
            {
                trainer.Step(SmallModels.Batch(last.Space, step == 3 ? 7 : 300, 1));
                first = step == 0 ? trainer.Losses[0] : first;
            }

            Assert.True(trainer.Losses[0] < first, $"{first} -> {trainer.Losses[0]}");
            digests.Add(trainer.StateDigest());
        }

        Assert.Single(digests);
        RequireSameBits(last);
        RequireFileRoundTrip(last);
    }

    [Theory]
    [InlineData("aitm")]
    [InlineData("din")]
    public void Weights_that_several_blocks_or_actions_share_are_summed_alike_whatever_the_threads_make_of_the_blocks_of_rows(string name)
    {
        // More rows than one block has, and so many threads that blocks would be longer.
        HashSet<string> digests = [];
        foreach (int threads in (int[])[1, 2, 4, 5])
        {
            EsmmModel model = name == "din" ? SmallModels.Create("din") : FamilyModels.Create(name);
            using Trainer trainer = new(model, new TrainingOptions { Batch = 2000 }, threads);
            for (ulong step = 0; step < 3; step++)
            {
                trainer.Step(SmallModels.Batch(model.Space, 2000, step));
            }

            digests.Add(trainer.StateDigest());
        }

        Assert.Single(digests);
    }

    [Fact]
    public void Dropout_drops_its_share_is_off_in_scoring_and_differs_from_step_to_step()
    {
        EsmmModel model = FamilyModels.Create("dropout");
        ImpressionBatch batch = SmallModels.Batch(model.Space, 200, 1);
        LayeredTowers towers = (LayeredTowers)model.Towers;
        LayeredWorkspace training = (LayeredWorkspace)towers.CreateWorkspace(200, training: true), scoring = (LayeredWorkspace)towers.CreateWorkspace(200, training: false);
        float[] inputs = new float[200 * model.Bottom.Layout.Stride];
        model.Bottom.Forward(batch, 0, 200, Part.All, inputs);
        Block dropout = towers.Blocks.First(b => b is DropoutBlock), before = towers.Blocks[dropout.Index - 1];
        towers.Forward(model.Bottom.Layout, inputs, 0, 200, scoring);
        Assert.Equal(scoring.Values(before).ToArray(), scoring.Values(dropout).ToArray());
        List<float[]> dropped = [];
        for (int step = 0; step < 2; step++)
        {
            training.Step = step;
            towers.Forward(model.Bottom.Layout, inputs, 0, 200, training);
            dropped.Add(training.Values(dropout).ToArray());
        }

        int active = 0, zero = 0;
        for (int i = 0; i < dropped[0].Length; i++)
        {
            float x = scoring.Values(before)[i]; // before the first dropout both are alike
            active += x != 0 ? 1 : 0;
            zero += x != 0 && dropped[0][i] == 0 ? 1 : 0;
            Assert.True(dropped[0][i] == 0 || Math.Abs(dropped[0][i] - (x / 0.7f)) < 1e-5f * Math.Abs(x));
        }

        Assert.InRange(zero / (double)active, 0.25, 0.35);
        Assert.NotEqual(dropped[0], dropped[1]);
    }

    [Fact]
    public void Heads_of_further_losses_are_not_computed_in_scoring()
    {
        EsmmModel model = FamilyModels.Create("pleWithHeads");
        LayeredTowers towers = (LayeredTowers)model.Towers;
        Assert.Contains(towers.Blocks, b => b.TrainingOnly);
        LayeredWorkspace scoring = (LayeredWorkspace)towers.CreateWorkspace(10, training: false);
        Assert.All(towers.Blocks.Where(b => b.TrainingOnly), b => Assert.True(scoring.Values(b).IsEmpty));
    }

    public static TheoryData<string, ModelOptions> ScoredAsPlain => new()
    {
        { "dropout", new() { CtrTower = [12, 12, 6], CvrTower = [9], Layers = new() { Dropout = 0.3 } } },
        { "dropout, deep and shallow", new() { CtrTower = [40], CvrTower = [], Layers = new() { Dropout = 0.3 } } },
        { "slope of another activation", new() { CtrTower = [12], CvrTower = [9], Layers = new() { Slope = 0.3 } } },
        { "no layers of one width", new() { CtrTower = [12, 9], CvrTower = [9], Layers = new() { Residual = true, Dropout = 0.3 } } },
        { "no hidden layers", new() { CtrTower = [], CvrTower = [], Layers = new() { Activation = Activation.Gelu, LayerNorm = true, Skip = true, Residual = true } } },
        { "head", new() { CtrTower = [12], CvrTower = [9], Auxiliary = [new("aux", "label1", 0.4, [5], null), new("early", "label1", 0.4, [], null, "ctr.dense0")] } },
        { "path", new() { CtrTower = [12], CvrTower = [9], Path = new(0.5, [8], false) } },
        { "a tower that imputes a loss", new() { Kind = ModelKind.Escm2Dr, CtrTower = [12], CvrTower = [9], Layers = new() { Dropout = 0.3 } } },
        { "head and sequence", new() { CtrTower = [12], CvrTower = [9], Path = new(0.5, [8], false), Attention = new() { Kind = AttentionKind.Din, Hidden = [6] } } },
    };

    [Theory]
    [MemberData(nameof(ScoredAsPlain))]
    public void What_only_training_needs_is_not_in_the_way_of_scores(string name, ModelOptions options)
    {
        EsmmModel model = FamilyModels.Create(options, sequence: name.Contains("sequence", StringComparison.Ordinal));
        LayeredTowers towers = Assert.IsType<LayeredTowers>(model.Towers);
        MlpTowers plain = Assert.IsType<MlpTowers>(towers.Scoring);
        Assert.True(towers.Parameters == plain.Parameters);
        foreach (TowerTensor tensor in plain.Tensors)
        {
            TowerTensor same = towers.Tensors.Single(t => t.Name == tensor.Name);
            Assert.Equal(same.Shape, tensor.Shape);
            Assert.All(Enumerable.Range(0, tensor.Count), i => Assert.Equal(same.IndexOf(i), tensor.IndexOf(i)));
        }

        const int Rows = 37;
        ImpressionBatch batch = SmallModels.Batch(model.Space, Rows, 4);
        TowerWorkspace layered = towers.CreateWorkspace(Rows, training: false);
        float[] inputs = new float[Rows * model.Bottom.Layout.Stride];
        model.Bottom.Forward(batch, 0, Rows, Part.All, null, model.Bottom.CreateWorkspace(Rows, training: false), inputs);
        towers.Forward(model.Bottom.Layout, inputs, 0, Rows, layered);
        ForwardPass pass = new(model);
        for (int r = 0; r < Rows; r++)
        {
            // Row by row, so that the pass's chunks are no matter.
            pass.BeginSegment(batch, r, 1, Part.All);
            pass.Run(batch, r, 1);
            for (int task = 0; task < 2; task++)
            {
                Assert.Equal(BitConverter.SingleToInt32Bits(layered.Logits(task)[r]), BitConverter.SingleToInt32Bits(pass.Workspace.Logits(task)[0]));
            }
        }

        RequireSameBits(model);
        Assert.Contains(model.Trace(batch, 0), layer => layer.Name.StartsWith("ctr.dense", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("leaky")]
    [InlineData("norm")]
    [InlineData("residual")]
    [InlineData("skip")]
    [InlineData("mmoe")]
    [InlineData("aitm")]
    public void What_changes_scores_stays_in_them(string name)
    {
        EsmmModel model = FamilyModels.Create(name);
        Assert.Same(model.Towers, model.Towers.Scoring);
    }

    [Theory]
    [InlineData(BottomKind.Shared)]
    [InlineData(BottomKind.Mmoe)]
    [InlineData(BottomKind.Ple)]
    public void The_tower_that_imputes_a_loss_is_not_computed_in_scoring(BottomKind bottom)
    {
        ModelOptions options = new() { Kind = ModelKind.Escm2Dr, CtrTower = [12, 6], CvrTower = [9], Bottom = new BottomOptions { Kind = bottom, Experts = 2, Hidden = [7], Levels = 2 } };
        EsmmModel model = FamilyModels.Create(options), spoilt = FamilyModels.Create(options);
        foreach (TowerTensor tensor in spoilt.Towers.Tensors.Where(t => t.Name.StartsWith("imputation.dense", StringComparison.Ordinal)))
        {
            for (int i = 0; i < tensor.Count; i++)
            {
                spoilt.Towers.Parameters[tensor.IndexOf(i)] = float.NaN;
            }
        }

        ImpressionBatch batch = SmallModels.Batch(model.Space, 30, 9);
        Assert.Equal(Scores(model, batch), Scores(spoilt, batch));
        RequireSameBits(spoilt);
        if (model.Towers is not LayeredTowers layered)
        {
            Assert.Equal((3, 2), (((MlpWorkspace)model.Towers.CreateWorkspace(10, training: true)).Towers, ((MlpWorkspace)model.Towers.CreateWorkspace(10, training: false)).Towers));
            Assert.DoesNotContain(model.Trace(batch, 0), layer => layer.Name.StartsWith("imputation", StringComparison.Ordinal));
            return;
        }

        // Blocks that are left out have no memory. What a further level of shared experts reads is needed, whichever task it belongs to.
        LayeredWorkspace scoring = (LayeredWorkspace)layered.CreateWorkspace(10, training: false);
        Assert.All(layered.Blocks, b => Assert.Equal(b.TrainingOnly, scoring.Values(b).IsEmpty));
        string[] left = bottom == BottomKind.Mmoe ? ["imputation"] : ["imputation.dense", "imputation.1.", "imputation.logit", "imputation.gate", "imputation.mixture"];
        Assert.All(layered.Blocks, b => Assert.Equal(Array.Exists(left, part => b.Name.StartsWith(part, StringComparison.Ordinal)), b.TrainingOnly));
    }

    [Fact]
    public void Models_drawn_at_random_train_alike_on_any_number_of_threads_and_keep_their_shape_in_a_file()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            (ModelOptions options, int labels, bool sequence) = FamilyModels.Random(seed);
            string[] digests = new string[2];
            EsmmModel model = null!;
            for (int threads = 1; threads <= 2; threads++)
            {
                model = FamilyModels.Create(options, labels, sequence);
                TrainingOptions how = new() { Batch = 64, Loss = new LossOptions { PcGrad = seed % 5 == 0, Weighting = (LossWeightingKind)(seed % 3) }, ClipNorm = seed % 2 == 0 ? 1 : null, Optimizer = new OptimizerOptions { Tables = (TableOptimizer)(seed % 6), Towers = (TowerOptimizer)(seed % 4) } };
                using Trainer trainer = new(model, how, threads);
                for (ulong step = 0; step < 3; step++)
                {
                    trainer.Step(SmallModels.Batch(model.Space, 64, step));
                }

                digests[threads - 1] = trainer.StateDigest();
            }

            Assert.Equal(digests[0], digests[1]);
            RequireSameBits(model);
            RequireFileRoundTrip(model);
        }
    }

    [Fact]
    public void Shares_of_the_gates_add_up_and_name_the_expert_that_is_dead()
    {
        EsmmModel model = FamilyModels.Create("mmoe");
        TowerTensor bias = model.Towers.Tensors.Single(t => t.Name == "ctr.gate.bias");
        model.Towers.Parameters[bias.IndexOf(1)] = -30;
        IReadOnlyList<GateShares> gates = GateUse.Measure(model, new MemorySource(SmallModels.Batch(model.Space, 500, 1)));
        Assert.Equal(["ctr", "cvr"], gates.Select(g => g.Gate));
        Assert.All(gates, g => Assert.Equal(1, g.Shares.Sum(), 1e-6));
        Assert.True(gates[0].Shares[1] < GateShares.Dead && gates[1].Shares.Min() > GateShares.Dead);
        Assert.Empty(GateUse.Measure(SmallModels.Create("plain"), new MemorySource(SmallModels.Batch(model.Space, 1, 1))));
    }

    [Fact]
    public void What_the_towers_cannot_do_is_refused_by_name()
    {
        Assert.Equal(EsmmErrorKind.Usage, Assert.Throws<EsmmException>(() => new EsmmScorer(FamilyModels.Create("mmoe"), new ScorerOptions { Weights = WeightFormat.BFloat16 })).Kind);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => FamilyModels.Create(new ModelOptions { Kind = ModelKind.Aitm, CtrTower = [8], CvrTower = [9] })).Kind);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => FamilyModels.Create(new ModelOptions { Auxiliary = [new AuxiliaryOptions("a", "nothing", 1, [], null)] })).Kind);
        Assert.Contains("ctr.dense0, ctr.dense1, ctr.dense2, cvr.dense0", Assert.Throws<EsmmException>(() => FamilyModels.Create(new ModelOptions { Auxiliary = [new AuxiliaryOptions("a", "label0", 1, [], null, "ctr.dense3")] })).Message, StringComparison.Ordinal);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => FamilyModels.Create(new ModelOptions { Auxiliary = [new AuxiliaryOptions("a", "label0", 1, [], "user", "ctr.dense0")] })).Kind);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => FamilyModels.Create(new ModelOptions { Attention = new AttentionOptions { Kind = AttentionKind.Din } })).Kind);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => FamilyModels.Create(new ModelOptions { Attention = new AttentionOptions { Kind = AttentionKind.Din, Hidden = [] } }, sequence: true)).Kind);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => FamilyModels.Create(new ModelOptions { Auxiliary = [new AuxiliaryOptions("ctr", "label0", 1, [], null)] })).Kind);
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => FamilyModels.Create(new ModelOptions { Bottom = new BottomOptions { Kind = BottomKind.Mmoe, Experts = 256, Hidden = [65536, 65536] } })).Kind);
    }

    [Fact]
    public void A_head_on_a_field_that_is_no_input_by_itself_is_refused()
    {
        // The lists of a sequence reach the input through attention only: their own columns are none.
        ModelOptions options = new() { CtrTower = [8], CvrTower = [8], Auxiliary = [new AuxiliaryOptions("a", "click", 1, [], "items")] };
        EsmmException fault = Assert.Throws<EsmmException>(() => EsmmModel.Create(SmallModels.Create("sequences").Space, options));
        Assert.Contains("items", fault.Message, StringComparison.Ordinal);
        Assert.Equal("model.auxiliary[0].field", fault.Where);
    }

    private static double Compare(string name, float[] actual, double[] parameters, Func<double> loss, int[] entries)
    {
        new SplitMix(1).Shuffle(entries);
        double largest = 0.05, worst = 0, middle = loss();
        foreach (int i in entries.Take(25))
        {
            const double H = 1e-6;
            double saved = parameters[i];
            parameters[i] = saved + H;
            double above = loss();
            parameters[i] = saved - H;
            double below = loss();
            parameters[i] = saved;
            double expected = (above - below) / (2 * H);
            largest = Math.Max(largest, Math.Abs(expected));

            // Where a rectifier turns within the step, one side has the derivative.
            worst = Math.Max(worst, Math.Min(Math.Abs(expected - actual[i]), Math.Min(Math.Abs(((above - middle) / H) - actual[i]), Math.Abs(((middle - below) / H) - actual[i]))));
        }

        Assert.True(worst < 2e-5 * largest, $"{name}: {worst / largest:E3} of the largest gradient");
        return worst / largest;
    }

    private static Prediction[] Scores(EsmmModel model, ImpressionBatch batch)
    {
        EsmmScorer scorer = new(model);
        Prediction[] scores = new Prediction[batch.Count];
        scorer.Score(batch, scorer.CreateWorkspace(), scores);
        return scores;
    }

    private static void RequireSameBits(EsmmModel model)
    {
        EsmmScorer scorer = new(model);
        const int Rows = 40;
        ImpressionBatch batch = SmallModels.Batch(model.Space, Rows, 9), one = model.Space.CreateBatch(1);
        batch.Ids(model.Space.SlotOf(0)).Fill(3);
        batch.Numbers(model.Space.SlotOf(3)).Fill(0.25f);
        Prediction[] together = new Prediction[Rows], alone = new Prediction[1], asked = new Prediction[Rows];
        scorer.Score(batch, scorer.CreateWorkspace(), together);
        RankingRequest request = scorer.CreateRequest(Rows);
        request.Set(scorer.Field("m"), 0.25f);
        bool sequence = model.Space.Schema.Sequences.Count > 0;
        if (sequence)
        {
            request.SetList(scorer.Field("last"), [1L, 2, 3, 2], []);
        }

        one.Count = 1;
        for (int r = 0; r < Rows; r++)
        {
            batch.CopyRow(r, one, 0);
            scorer.Score(one, scorer.CreateWorkspace(), alone);
            Assert.Equal(together[r], alone[0]);
            int candidate = request.AddCandidate();
            request.SetCandidate(candidate, scorer.Field("n"), batch.Numbers(model.Space.SlotOf(2))[r]);
            request.SetCandidate(candidate, scorer.Field("item"), r % 7);
        }

        // The request path against the plain one: fields that it leaves out are missing in both.
        scorer.Score(request, asked);
        batch.Ids(model.Space.SlotOf(0)).Fill(ImpressionBatch.MissingId);
        for (int r = 0; r < Rows; r++)
        {
            model.Space.Encode(scorer.Field("item").Index, (r % 7).ToString(System.Globalization.CultureInfo.InvariantCulture), batch, r);
            if (sequence)
            {
                model.Space.Encode(scorer.Field("last").Index, "1|2|3|2", batch, r);
            }
        }

        scorer.Score(batch, scorer.CreateWorkspace(), together);
        Assert.Equal(together, asked);
    }

    private static void RequireFileRoundTrip(EsmmModel model)
    {
        string path = Path.GetTempFileName();
        try
        {
            model.Save(path);
            EsmmModel loaded = EsmmModel.Load(path);
            Assert.Equal(model.WeightsDigest(), loaded.WeightsDigest());
            Assert.Equal(model.Towers.Tensors.Select(t => t.Name), loaded.Towers.Tensors.Select(t => t.Name));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A weighted sum of all logits, heads included: what is checked is the way back through the blocks.</summary>
    private sealed class LogitSum(int tasks) : Objective
    {
        public override IReadOnlyList<string> Losses { get; } = ["sum"];

        internal static double Weight(int row, int task) => 1 + (row % 3) - (0.7 * task);

        public override void Slopes(in ObjectiveRows rows)
        {
            for (int r = 0; r < rows.Count; r++)
            {
                for (int k = 0; k < tasks; k++)
                {
                    rows.DLogits(k)[r] = (float)Weight(r, k);
                }
            }
        }
    }
}
