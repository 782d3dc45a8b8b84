package org.cfcql.counterfactual;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.learn.Branch;
import org.cfcql.learn.GoldenTerms;
import org.cfcql.learn.KnownName;
import org.cfcql.learn.Publication;
import org.cfcql.parts.ConservativeTerm;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteSizes;
import org.cfcql.perf.MeasuredAlgorithm;
import org.cfcql.perf.TaskSizes;

/**
 * Multi-agent conservative Q-learning with joint samples, the paper's naive extension of CQL.
 *
 * <p>The learners are CFCQL's with the penalty of joint actions (spec 1.11, 2.3). α multiplies the
 * whole bracket as in Eq. 7, although Eq. 3 and 4 have none (D-10). Where the paper leaves open
 * what MACQL does: joint actions are drawn as published, unavailable ones included (D-11), α has no
 * published value in the discrete branch (D-12), policies are improved by MADDPG's rule (D-37).
 */
public final class Macql extends ConservativeAlgorithm implements MeasuredAlgorithm {
    /** For the registry. */
    public Macql() {
        super("macql", "Multi-agent conservative Q-learning (MACQL)", ConservativeTerm.JOINT);
    }

    @Override
    public Optional<ArithmeticFloor> floor(ContinuousSizes task) {
        return Optional.of(ConservativeArithmetic.joint(task));
    }

    @Override
    public Optional<ArithmeticFloor> floor(DiscreteSizes task) {
        return Optional.of(ConservativeArithmetic.joint(task));
    }

    @Override
    public Map<String, Object> measuredSettings(TaskSizes task) {
        return task instanceof DiscreteSizes
                ? Map.of("alpha", 1.0, "macql", Map.of("samples", ConservativeArithmetic.SAMPLES))
                : Map.of();
    }

    @Override
    public Publication publication() {
        return new Publication(List.of(), List.of("macql.sampling", "macql.policyImprovement"));
    }

    /** The forms of OG-MARL, read at commit 5b158ba. */
    @Override
    public List<KnownName> knownNames() {
        return List.of(
                new KnownName(
                        "qmix+cql",
                        Branch.DISCRETE,
                        Map.of(
                                "alpha",
                                3,
                                "macql.sampling",
                                "fixed",
                                "macql.samples",
                                20,
                                "td.lambda",
                                0),
                        "OG-MARL's sum holds the data's action too and does not count the joint"
                                + " actions; networks, rates and targets are the harness's"),
                new KnownName(
                        "maddpg+cql",
                        Branch.CONTINUOUS,
                        Map.of(
                                "alpha",
                                3,
                                "macql.policyImprovement",
                                "counterfactual",
                                "lse.groups",
                                "random+current+next"),
                        "OG-MARL's policies are recurrent and its critics one per agent with the"
                                + " state; networks, rates and targets are the harness's"));
    }

    @Override
    public GoldenTerms golden() {
        return new MacqlGolden();
    }
}
