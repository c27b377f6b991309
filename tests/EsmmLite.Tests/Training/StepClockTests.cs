using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Scoring;
using EsmmLite.Tests.Model;
using EsmmLite.Training;

namespace EsmmLite.Tests.Training;

public sealed class StepClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Pieces_never_add_up_to_more_than_the_threads_had(int threads)
    {
        EsmmModel model = SmallModels.Create("allCrosses");
        using Trainer trainer = new(model, new TrainingOptions { Batch = 500 }, threads) { Clock = new StepClock() };
        ImpressionBatch batch = SmallModels.Batch(model.Space, 500, 1);
        trainer.Step(batch);
        trainer.Step(batch);
        Assert.Equal(2, trainer.Clock.Steps);
        Assert.InRange(trainer.Clock.Pieces.Sum(p => p.Time.TotalSeconds), 0, threads * trainer.Clock.Wall.TotalSeconds);
        Assert.Equal(Enum.GetValues<StepPass>(), trainer.Clock.Pieces.Select(p => p.Pass).Distinct().Order());
    }

    // The same layers run between steps, when scores are computed on the trainer's thread.
    [Fact]
    public void What_happens_between_steps_is_not_measured()
    {
        EsmmModel model = SmallModels.Create("allCrosses");
        using Trainer trainer = new(model, new TrainingOptions { Batch = 64 }, 1) { Clock = new StepClock() };
        ImpressionBatch batch = SmallModels.Batch(model.Space, 64, 1);
        EsmmScorer scorer = new(model);
        trainer.Step(batch);
        RequireNothingMeasured();

        batch.Labels(0)[3] = 2;
        Assert.Throws<EsmmException>(() => { trainer.Step(batch); });
        RequireNothingMeasured();
        Assert.Equal(1, trainer.Clock.Steps);

        void RequireNothingMeasured()
        {
            var before = trainer.Clock!.Pieces;
            scorer.Score(batch, scorer.CreateWorkspace(), new Prediction[64]);
            Assert.Equal(before, trainer.Clock.Pieces);
        }
    }
}
