package org.cfcql.baselines.qmix;

import java.util.Optional;
import java.util.Set;
import org.cfcql.counterfactual.DiscreteConservativeLearner;
import org.cfcql.counterfactual.DiscreteHyperparameters;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
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
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        DiscreteHyperparameters keys =
                DiscreteHyperparameters.read(task, settings, ConservativeTerm.NONE);
        return new ConfiguredAlgorithm(
                Schedule.fullThenCritic(1),
                context -> new DiscreteConservativeLearner(ID, task, keys, context).learner());
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(QmixArithmetic.of(task));
    }
}
