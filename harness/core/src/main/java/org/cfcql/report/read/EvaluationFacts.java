package org.cfcql.report.read;

import java.util.ArrayList;
import java.util.List;

/**
 * How a cell's policies were evaluated.
 *
 * @param every rounds between evaluations
 * @param unit what rounds are called: {@code rounds} or {@code gradient steps}
 * @param episodes episodes of such an evaluation
 * @param finalEpisodes episodes of the final evaluation
 * @param startStates {@code independent} or {@code fixed10}
 */
public record EvaluationFacts(
        int every, String unit, int episodes, int finalEpisodes, String startStates) {
    /** The parts in which this protocol differs from another. */
    public List<String> unlike(EvaluationFacts other) {
        List<String> parts = new ArrayList<>();
        if (finalEpisodes != other.finalEpisodes) {
            parts.add(finalEpisodes + " final episodes");
        }
        if (every != other.every || episodes != other.episodes) {
            parts.add(episodes + " episodes every " + every + " " + unit);
        }
        if (!startStates.equals(other.startStates)) {
            parts.add("start states " + startStates);
        }
        return parts;
    }

    /** Words for people. */
    public String text() {
        return finalEpisodes
                + " final episodes, "
                + episodes
                + " every "
                + every
                + " "
                + unit
                + ", start states "
                + startStates;
    }
}
