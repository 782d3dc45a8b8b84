package org.cfcql.baselines.omar;

import java.util.Set;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;

/** Offline multi-agent reinforcement learning with actor rectification (Pan et al., 2022). */
public final class Omar implements Algorithm {
    static final String ID = "omar";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Offline multi-agent RL with actor rectification (OMAR)";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.CONTINUOUS), false, false);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        return ContinuousOmar.create(task, settings, context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return ContinuousOmar.schedule(task, settings, track);
    }
}
