package org.cfcql.counterfactual;

import java.util.List;
import java.util.Set;
import org.cfcql.budget.Role;
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
import org.cfcql.parts.discrete.CloningLearner;

/**
 * The behaviour model of the discrete branch alone (spec 1.7), for verification and as CFCQL's
 * pretraining.
 */
public final class RecurrentBehaviour implements Algorithm {
    /** Id of the model. */
    public static final String ID = "recurrent-behaviour";

    /** Golden name of its network. */
    static final String NETWORK = "behaviour";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Recurrent model of the behaviour policy";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), false);
    }

    @Override
    public boolean auxiliary() {
        return true;
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        Learner learner =
                new CloningLearner(NETWORK, 0.001, Role.AUXILIARY, task, settings, context);
        settings.requireAllRead();
        return learner;
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return new Schedule(
                List.of(new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, false)));
    }
}
