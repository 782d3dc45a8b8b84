package org.cfcql.report;

/**
 * How a cell's policies were evaluated.
 *
 * @param every rounds between evaluations
 * @param episodes episodes of such an evaluation
 * @param finalEpisodes episodes of the final evaluation
 * @param startStates {@code independent} or {@code fixed10}
 */
public record Protocol(int every, int episodes, int finalEpisodes, String startStates) {
    /** Words for people. */
    public String text() {
        return finalEpisodes
                + " final episodes, "
                + episodes
                + " every "
                + every
                + " rounds, start states "
                + startStates;
    }
}
