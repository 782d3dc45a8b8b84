package org.cfcql.baselines.maicq;

import java.util.Set;
import org.cfcql.baselines.discrete.InnerTimeLoop;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;

/**
 * Implicit constraint Q-learning for many agents (Yang et al., 2021; spec/algorithms.md 3.4).
 * Numbered actions: {@link DiscreteMaicqLearner}.
 */
public final class Maicq implements Algorithm {
    static final String ID = "maicq";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Implicit constraint Q-learning for many agents (MAICQ)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), false, false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return new DiscreteMaicqLearner(task, settings, context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return InnerTimeLoop.read(settings, track).schedule(task.episodeLimit());
    }
}
