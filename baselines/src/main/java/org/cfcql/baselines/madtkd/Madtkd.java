package org.cfcql.baselines.madtkd;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Capabilities;
import org.cfcql.learn.ConfiguredAlgorithm;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.Publication;
import org.cfcql.learn.Schedule;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.learn.Track;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;

/**
 * Multi-agent decision transformer with knowledge distillation (Tseng et al., 2022; spec 3.10), for
 * numbered actions only.
 */
public final class Madtkd implements MeasuredAlgorithm {
    static final String ID = "madtkd";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Multi-agent decision transformer with knowledge distillation (MADTKD)";
    }

    @Override
    public Publication publication() {
        return new Publication(List.of(), List.of("madtkd.mode"));
    }

    @Override
    public GoldenTerms golden() {
        return new MadtkdGolden();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(Set.of(Branch.DISCRETE), false);
    }

    /** One student's step per batch, after the teacher; its refreshes are auxiliary. */
    @Override
    public ConfiguredAlgorithm configure(TaskShape task, Settings settings, Track track) {
        Distillation.Hyperparameters keys = Distillation.Hyperparameters.read(settings);
        Schedule round = new Schedule(Schedule.fullThenCritic(1).steps(), 1, keys.refreshes());
        return new ConfiguredAlgorithm(
                        round, context -> new Distillation(task, keys, context).learner())
                .pretrainedBy(List.of(keys.training().plan(settings)));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(MadtkdArithmetic.of(task));
    }
}
