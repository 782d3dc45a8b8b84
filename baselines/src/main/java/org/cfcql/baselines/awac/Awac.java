package org.cfcql.baselines.awac;

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
 * Advantage-weighted actor-critic (Nair et al.; spec 3.8): critics of the policy's value, policies
 * that clone the data weighted by advantages. Numbered actions: {@link DiscreteAwac}; continuous
 * ones: {@link ContinuousAwac}.
 */
public final class Awac implements MeasuredAlgorithm {
    static final String ID = "awac";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Advantage-weighted actor-critic (AWAC; continuous form ours)";
    }

    @Override
    public Publication publication() {
        return new Publication(List.of(), List.of("twinHeads"));
    }

    @Override
    public GoldenTerms golden() {
        return new AwacGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        return switch (task.branch()) {
            case DISCRETE -> DiscreteAwac.configure(task, settings);
            case CONTINUOUS -> ContinuousAwac.configure(task, settings, track);
        };
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(AwacArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(AwacArithmetic.of(task));
    }
}
