package org.cfcql.baselines.maicq;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.Publication;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/**
 * Implicit constraint Q-learning for many agents (Yang et al., 2021; spec 3.4). Numbered actions:
 * {@link DiscreteMaicq}; continuous ones: {@link ContinuousMaicq}.
 */
public final class Maicq implements MeasuredAlgorithm {
    static final String ID = "maicq";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Implicit constraint Q-learning for many agents (MAICQ; continuous form ours)";
    }

    @Override
    public Publication publication() {
        return new Publication(List.of("ICQ"), List.of("innerTimeLoop"));
    }

    @Override
    public GoldenTerms golden() {
        return new MaicqGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        return switch (task.branch()) {
            case DISCRETE -> DiscreteMaicq.configure(task, settings, track);
            case CONTINUOUS -> ContinuousMaicq.configure(task, settings, track);
        };
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(MaicqArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(MaicqArithmetic.of(task));
    }
}
