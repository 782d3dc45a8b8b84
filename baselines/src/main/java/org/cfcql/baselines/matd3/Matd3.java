package org.cfcql.baselines.matd3;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.cfcql.baselines.actorcritic.ContinuousTask;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.learn.UpdateStep;

/** Multi-agent TD3, the online algorithm behind the data (spec/algorithms.md 3.12). */
public final class Matd3 implements Algorithm {
    static final String ID = "matd3";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Multi-agent TD3 (online)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.CONTINUOUS), true, false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        settings.choice("critic", "independent", "independent", "central");
        return new IndependentLearner(
                ContinuousTask.of(ID, task),
                IndependentHyperparameters.read(task, settings),
                context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        int last = task.agents() - 1;
        List<UpdateStep> steps =
                IntStream.rangeClosed(0, last)
                        .mapToObj(
                                agent -> new UpdateStep(UpdateStep.Kind.FULL, agent, agent == last))
                        .toList();
        return new Schedule(steps);
    }
}
