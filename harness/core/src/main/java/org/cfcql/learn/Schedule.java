package org.cfcql.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * The updates of one round, each on a fresh batch (spec/algorithms.md 2.6).
 *
 * @param steps updates in order
 */
public record Schedule(List<UpdateStep> steps) {
    /** Copies the steps. */
    public Schedule {
        steps = List.copyOf(steps);
    }

    /**
     * One full update, then critic-only ones, targets following the last: the published round.
     *
     * @param criticPerActor critic updates per actor update, 5 as published
     */
    public static Schedule fullThenCritic(int criticPerActor) {
        List<UpdateStep> steps = new ArrayList<>();
        for (int index = 0; index < criticPerActor; index++) {
            UpdateStep.Kind kind = index == 0 ? UpdateStep.Kind.FULL : UpdateStep.Kind.CRITIC;
            boolean last = index == criticPerActor - 1;
            steps.add(new UpdateStep(kind, UpdateStep.ALL_AGENTS, last));
        }
        return new Schedule(steps);
    }
}
