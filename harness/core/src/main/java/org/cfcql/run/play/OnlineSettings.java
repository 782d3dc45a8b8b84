package org.cfcql.run.play;

import java.util.OptionalDouble;
import org.cfcql.learn.Branch;
import org.cfcql.learn.Settings;
import org.cfcql.run.plan.Cell;

/**
 * How an online algorithm makes its data in the continuous branch; keys of the algorithm's settings
 * below {@code online}.
 *
 * @param episodes key {@code online.episodes}: episodes played at a time with one policy, 20
 * @param transitionsPerRound key {@code online.transitionsPerRound}: transitions played per round
 *     of updates, 100 (spec 2.6, {@code steps_per_update})
 * @param warmUp key {@code online.warmUp}: transitions of uniformly random play before the first
 *     round, 25 000
 * @param noise key {@code online.noise}: deviation of the exploration noise, 0.1 (spec 3.12)
 * @param capacity key {@code online.capacity}: transitions the replay buffer keeps, 1 000 000
 * @param mediumScore key {@code online.mediumScore}: mean evaluation score from which on a policy
 *     counts as medium; by default that of the paper's medium data, if the task has any
 * @param mediumReplay key {@code online.mediumReplay}: most transitions of the data set {@code
 *     medium-replay}, 100 000 000; of a longer buffer it takes episodes spread evenly
 */
public record OnlineSettings(
        int episodes,
        int transitionsPerRound,
        int warmUp,
        double noise,
        int capacity,
        OptionalDouble mediumScore,
        int mediumReplay) {
    private static final int MAXIMUM = 100_000_000;
    private static final double NEVER = 1e300;

    /**
     * Reads and checks the keys of a cell, if it plays for its data.
     *
     * @throws org.cfcql.error.UserError for a value out of range
     */
    public static void check(Cell cell, Settings settings) {
        if (cell.online() && cell.branch() == Branch.DISCRETE) {
            EpisodePlaySettings.read(settings, cell.environment().id());
        } else if (cell.online()) {
            read(settings, cell.environment().id());
        }
    }

    static OnlineSettings read(Settings settings, String environment) {
        OptionalDouble published = MediumReturns.of(environment);
        double medium =
                settings.number("online.mediumScore", published.orElse(NEVER), -NEVER, NEVER);
        return new OnlineSettings(
                settings.count("online.episodes", 20, 1, MAXIMUM),
                settings.count("online.transitionsPerRound", 100, 1, MAXIMUM),
                settings.count("online.warmUp", 25_000, 1, MAXIMUM),
                settings.number("online.noise", 0.1, 0, 10),
                settings.count("online.capacity", 1_000_000, 1, MAXIMUM),
                medium == NEVER ? OptionalDouble.empty() : OptionalDouble.of(medium),
                settings.count("online.mediumReplay", MAXIMUM, 1, MAXIMUM));
    }
}
