package org.cfcql.run.play;

import org.cfcql.learn.Branch;
import org.cfcql.learn.Settings;
import org.cfcql.learn.TaskShape;
import org.cfcql.run.plan.Cell;

/**
 * What an online cell plays, with episodes reckoned at their full length; nothing for stored data.
 *
 * @param vectorSteps steps of the vector of environments
 * @param bytes length of the replay file
 */
public record PlayEstimate(long vectorSteps, long bytes) {
    private static final PlayEstimate NONE = new PlayEstimate(0, 0);

    /** The play of a cell; nothing where it has stored data. */
    public static PlayEstimate of(Cell cell, TaskShape task) {
        if (!cell.online()) {
            return NONE;
        }
        Settings settings = new Settings(cell.algorithm(), cell.settings());
        String environment = cell.environment().id();
        if (cell.branch() == Branch.DISCRETE) {
            EpisodePlaySettings play = EpisodePlaySettings.read(settings, environment);
            long episodes =
                    cell.length().batch() + (long) cell.length().rounds() * play.episodesPerRound();
            return of(episodes * task.episodeLimit(), play.episodes(), task);
        }
        OnlineSettings play = OnlineSettings.read(settings, environment);
        long steps = play.warmUp() + (long) cell.length().rounds() * play.transitionsPerRound();
        return of(steps, play.episodes(), task);
    }

    private static PlayEstimate of(long steps, int together, TaskShape task) {
        int numbers = task.observationSize() + task.actionSpace().size() + 1;
        long row = Float.BYTES * ((long) task.agents() * numbers + task.stateSize());
        return new PlayEstimate(steps / together, steps * row);
    }
}
