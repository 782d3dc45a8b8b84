package org.cfcql.baselines.implicitqlearning;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.KnownName;
import org.cfcql.learn.Publication;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/**
 * Implicit Q-learning (Kostrikov, Nair and Levine; spec 3.7): values are expectiles of the data's
 * actions, policies clone the data weighted by advantages. Numbered actions: {@link
 * DiscreteImplicitQLearning}; continuous ones: {@link ContinuousImplicitQLearning}.
 */
public final class ImplicitQLearning implements MeasuredAlgorithm {
    static final String ID = "implicit-q-learning";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Implicit Q-learning (IQL; continuous form ours)";
    }

    @Override
    public Publication publication() {
        return new Publication(List.of("IQL"), List.of("twinHeads"));
    }

    @Override
    public List<KnownName> knownNames() {
        return List.of(new KnownName("iql", Branch.CONTINUOUS, Map.of(), "implicit Q-learning"));
    }

    @Override
    public GoldenTerms golden() {
        return new ImplicitQLearningGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        return switch (task.branch()) {
            case DISCRETE -> DiscreteImplicitQLearning.configure(task, settings);
            case CONTINUOUS -> ContinuousImplicitQLearning.configure(task, settings, track);
        };
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(ImplicitQLearningArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(ImplicitQLearningArithmetic.of(task));
    }
}
