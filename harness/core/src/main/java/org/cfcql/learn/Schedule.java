package org.cfcql.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * The updates of one round, each on a fresh batch (spec 2.6).
 *
 * @param steps updates in order
 * @param criticSteps most optimiser steps of the critic that one update takes: 1 unless it loops
 *     over time inside
 * @param refreshes steps that a pretrained model takes during the rounds
 */
public record Schedule(List<UpdateStep> steps, int criticSteps, Refreshes refreshes) {
    /** Copies the steps. */
    public Schedule {
        steps = List.copyOf(steps);
    }

    /** Updates that step the critic once. */
    public Schedule(List<UpdateStep> steps) {
        this(steps, 1, Refreshes.NONE);
    }

    /**
     * Units of {@code AUXILIARY} for a pretrained model that is trained on beside the policies.
     *
     * @param atFirst one in each of so many first rounds
     * @param every then one every so many rounds; 0 for never
     */
    public record Refreshes(long atFirst, long every) {
        /** It stays as it is. */
        public static final Refreshes NONE = new Refreshes(0, 0);

        /** Units granted for a number of rounds. */
        public long in(long rounds) {
            return Math.min(atFirst, rounds) + (every == 0 ? 0 : rounds / every);
        }
    }

    /** One update of everything per round and no targets to follow: that of auxiliary models. */
    public static Schedule untargeted() {
        return new Schedule(
                List.of(new UpdateStep(UpdateStep.Kind.FULL, UpdateStep.ALL_AGENTS, false)));
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
