package org.cfcql.baselines.icql;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.KnownName;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/** Independent conservative Q-learning (spec 3.6). */
public final class Icql implements MeasuredAlgorithm {
    static final String ID = "icql";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Independent conservative Q-learning (ICQL)";
    }

    /** The form of OG-MARL, read at commit 5b158ba. */
    @Override
    public List<KnownName> knownNames() {
        return List.of(
                new KnownName(
                        "iql+cql",
                        Branch.DISCRETE,
                        Map.of("alpha", 2, "td.lambda", 0),
                        "networks, rates and targets are the harness's"),
                new KnownName(
                        "iql",
                        Branch.DISCRETE,
                        Map.of("alpha", 0),
                        "independent Q-learning, alpha: 0"));
    }

    @Override
    public GoldenTerms golden() {
        return new IcqlGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(EnumSet.allOf(Branch.class), false);
    }

    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        return switch (task.branch()) {
            case DISCRETE -> DiscreteIcql.configure(task, settings);
            case CONTINUOUS -> ContinuousIcql.configure(task, settings, track);
        };
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(IcqlArithmetic.of(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(IcqlArithmetic.of(task));
    }
}
