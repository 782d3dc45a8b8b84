package org.cfcql.baselines.qmix;

import java.util.Optional;
import java.util.Set;
import org.cfcql.counterfactual.DiscreteConservativeLearner;
import org.cfcql.counterfactual.DiscreteHyperparameters;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.Learner;
import org.cfcql.learn.LearnerContext;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/**
 * QMIX, the online algorithm that the benchmark's data are made with (spec 3.11): the discrete
 * CFCQL's backbone without its penalty, so it is that learner.
 */
public final class Qmix implements MeasuredAlgorithm {
    private static final String ID = "qmix";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "QMIX, online";
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), true);
    }

    @Override
    public Learner create(TaskShape task, Settings settings, LearnerContext context) {
        DiscreteHyperparameters parameters =
                DiscreteHyperparameters.read(task, settings, ConservativeTerm.NONE);
        return new DiscreteConservativeLearner(ID, task, parameters, context);
    }

    @Override
    public Schedule schedule(TaskShape task, Settings settings, Track track) {
        return DiscreteHyperparameters.schedule();
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(QmixArithmetic.of(task));
    }
}
