package org.cfcql.counterfactual;

import java.util.Map;
import java.util.Optional;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;
import org.cfcql.perf.TaskSizes;

/** Counterfactual conservative Q-learning, the paper's method. */
public final class Cfcql extends ConservativeAlgorithm implements MeasuredAlgorithm {
    /** For the registry. */
    public Cfcql() {
        super(
                "cfcql",
                "Counterfactual conservative Q-learning (CFCQL)",
                ConservativeTerm.COUNTERFACTUAL);
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(ConservativeArithmetic.counterfactual(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(ConservativeArithmetic.counterfactual(task));
    }

    @Override
    public Map<String, Object> measuredSettings(TaskSizes task) {
        // With a behaviour model: the weights are the most expensive ones.
        return task instanceof DiscreteSizes
                ? Map.of("alpha", 1.0, "lambda", Map.of("mode", "softmax", "tau", 0.5))
                : Map.of();
    }

    @Override
    public GoldenTerms golden() {
        return new CfcqlGolden();
    }
}
