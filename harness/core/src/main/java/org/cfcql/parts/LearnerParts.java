package org.cfcql.parts;

import java.util.List;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.learn.Policy;

/**
 * What a learner has beside its update rule.
 *
 * @param losses numbers of the last update
 * @param policy decides by the networks as they are
 * @param networks all of them, targets included, in the order of the checkpoint
 * @param targets moves the targets one step
 * @param ends give the networks back
 */
public record LearnerParts(
        LossReport losses,
        Policy policy,
        List<NamedNetwork> networks,
        Runnable targets,
        List<Runnable> ends) {
    /** Copies the lists. */
    public LearnerParts {
        networks = List.copyOf(networks);
        ends = List.copyOf(ends);
    }
}
