package org.cfcql.run.play;

import org.cfcql.learn.Settings;

/**
 * How QMIX makes its data (spec 3.11); keys of the algorithm's settings below {@code online}.
 *
 * @param episodes key {@code online.episodes}: episodes played at a time with one policy, 8
 * @param episodesPerRound key {@code online.episodesPerRound}: episodes played per gradient step, 8
 * @param capacity key {@code online.capacity}: episodes that minibatches are drawn from, the most
 *     recent 5000
 * @param epsilon keys {@code online.epsilonStart} (1), {@code online.epsilonFinish} (0.05) and
 *     {@code online.epsilonSteps} (100 000 environment steps, 500 000 for 6h_vs_8z)
 * @param mediumShare key {@code online.mediumShare}: share of the expert's win rate that makes a
 *     policy medium, 0.5
 */
record EpisodePlaySettings(
        int episodes,
        int episodesPerRound,
        int capacity,
        EpsilonSchedule epsilon,
        double mediumShare) {
    private static final int MAXIMUM = 100_000_000;
    private static final int EPSILON_STEPS = 100_000;
    private static final int LONG_EPSILON_STEPS = 500_000;

    static EpisodePlaySettings read(Settings settings, String environment) {
        boolean slow = environment.endsWith("/6h_vs_8z");
        return new EpisodePlaySettings(
                settings.count("online.episodes", 8, 1, MAXIMUM),
                settings.count("online.episodesPerRound", 8, 1, MAXIMUM),
                settings.count("online.capacity", 5000, 1, MAXIMUM),
                new EpsilonSchedule(
                        settings.number("online.epsilonStart", 1, 0, 1),
                        settings.number("online.epsilonFinish", 0.05, 0, 1),
                        settings.count(
                                "online.epsilonSteps",
                                slow ? LONG_EPSILON_STEPS : EPSILON_STEPS,
                                1,
                                MAXIMUM)),
                settings.number("online.mediumShare", 0.5, 0, 1));
    }

    /** Score from which on a policy is medium. */
    double mediumScore(double expertScore) {
        return mediumShare * expertScore;
    }

    /**
     * Probability of a random action: linear, then constant.
     *
     * @param start at the first step
     * @param finish from step {@code steps} on
     * @param steps environment steps in between
     */
    record EpsilonSchedule(double start, double finish, long steps) {
        /** After so many environment steps. */
        double at(long environmentSteps) {
            double done = Math.min(1, environmentSteps / (double) steps);
            return start + (finish - start) * done;
        }
    }
}
