package org.cfcql.baselines.omar;

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

/** Offline multi-agent reinforcement learning with actor rectification (Pan et al., 2022). */
public final class Omar implements MeasuredAlgorithm {
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
    public Publication publication() {
        return new Publication(
                List.of(), List.of("omarD.mode", "twinHeads", "search.mode", "innerTimeLoop"));
    }

    @Override
    public GoldenTerms golden() {
        return new OmarGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        return switch (task.branch()) {
            case DISCRETE -> DiscreteOmar.configure(task, settings, track);
            case CONTINUOUS -> ContinuousOmar.configure(task, settings, track);
        };
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(OmarArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(OmarArithmetic.of(task));
    }
}
