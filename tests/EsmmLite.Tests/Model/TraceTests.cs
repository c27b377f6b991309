using EsmmLite.Features;
using EsmmLite.Layers;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Training;

namespace EsmmLite.Tests.Model;

/// <summary>What <see cref="EsmmModel.Trace"/> shows is what scoring computed.</summary>
public class TraceTests
{
    public static TheoryData<string> Shapes => SmallModels.AllShapes;

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_last_layers_are_the_scorers_logits(string shape)
    {
        EsmmModel model = SmallModels.Create(shape);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 5, 3);
        var scorer = new EsmmScorer(model);
        Prediction[] scores = new Prediction[5];
        scorer.Score(batch, scorer.CreateWorkspace(), scores);
        for (int row = 0; row < 5; row++)
        {
            IReadOnlyList<LayerOutput> layers = model.Trace(batch, row);
            Assert.Equal("input", layers[0].Name);
            Assert.Equal(model.Bottom.Layout.Width, layers[0].Values.Count);
            float a = layers.Last(layer => layer.Name.StartsWith("ctr.", StringComparison.Ordinal)).Values.Single(), b = layers.Last(layer => layer.Name.StartsWith("cvr.", StringComparison.Ordinal)).Values.Single();
            SigmoidProduct.Predict(a, b, out double p, out double q, out double t);
            Assert.Equal(scores[row], new Prediction((float)p, (float)q, (float)t));

            // Hidden layers in front of them, behind their rectifiers, as wide as their kernels.
            foreach (TowerTensor bias in model.Towers.Tensors.Where(tensor => tensor.Shape.Count == 1 && !tensor.Name.StartsWith("attention.", StringComparison.Ordinal)))
            {
                LayerOutput layer = layers.Single(layer => layer.Name + ".bias" == bias.Name);
                Assert.Equal(bias.Count, layer.Values.Count);
                Assert.True(layer.Values.Count == 1 || layer.Values.All(value => value >= 0));
            }
        }
    }

    [Theory]
    [InlineData("ple")]
    [InlineData("pleWithHeads")]
    [InlineData("aitmThree")]
    public void Towers_of_blocks_give_their_logits(string name)
    {
        EsmmModel model = FamilyModels.Create(name);
        ImpressionBatch batch = SmallModels.Batch(model.Space, 4, 3);
        EsmmScorer scorer = new(model);
        Prediction[] scores = new Prediction[4];
        scorer.Score(batch, scorer.CreateWorkspace(), scores);
        for (int row = 0; row < 4; row++)
        {
            IReadOnlyList<LayerOutput> layers = model.Trace(batch, row);
            Assert.Equal(["input", "ctr.logit", "cvr.logit"], layers.Take(3).Select(layer => layer.Name));
            (float a, float b) = model.LogitsOf(batch, row);
            Assert.Equal(a, layers[1].Values.Single());
            Assert.Equal(scores[row].PCtr, 1 / (1 + Math.Exp(-a)), 1e-6);
            Assert.Equal(scores[row].PCvr, 1 / (1 + Math.Exp(-b)), 1e-6);
        }
    }

    [Fact]
    public void A_hidden_layer_is_its_definition()
    {
        EsmmModel model = SmallModels.Create("plain");
        IReadOnlyList<LayerOutput> layers = model.Trace(SmallModels.Batch(model.Space, 2, 3), 1);
        LayerOutput first = layers.Single(layer => layer.Name == "ctr.dense0"), second = layers.Single(layer => layer.Name == "ctr.dense1");
        TowerTensor kernel = model.Towers.Tensors.Single(tensor => tensor.Name == "ctr.dense1.kernel"), bias = model.Towers.Tensors.Single(tensor => tensor.Name == "ctr.dense1.bias");
        for (int n = 0; n < second.Values.Count; n++)
        {
            float z = model.Towers.Parameters[bias.IndexOf(n)];
            for (int k = 0; k < first.Values.Count; k++)
            {
                z = float.FusedMultiplyAdd(first.Values[k], model.Towers.Parameters[kernel.IndexOf((k * second.Values.Count) + n)], z);
            }

            Assert.Equal(Math.Max(z, 0), second.Values[n]);
        }
    }

    [Fact]
    public void A_row_that_is_not_there_is_refused()
    {
        EsmmModel model = SmallModels.Create("plain");
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Trace(SmallModels.Batch(model.Space, 2, 3), 2));
    }
}
