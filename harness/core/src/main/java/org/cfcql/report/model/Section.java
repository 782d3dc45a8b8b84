package org.cfcql.report.model;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.cfcql.report.read.DataFacts;
import org.cfcql.report.read.EvaluationFacts;
import org.cfcql.report.read.ReportedCell;
import org.cfcql.report.read.ScaledTrack;

/**
 * Runs that may stand in one column: same environment and fingerprint, data, track, evaluation
 * protocol and budget.
 *
 * @param task environment, with a mark where several sections share it
 * @param mark what sets it apart from sections of the same task; empty if nothing has to
 * @param conditions what all its runs have in common
 * @param data data set of its first cell; hash empty where each seed has its own
 * @param lines finished lines, in order of first appearance
 * @param cells all its cells that were started
 * @param reference scale of normalised scores, where one holds
 * @param paper published scores by algorithm id; empty where they cannot be compared
 */
public record Section(
        String task,
        String mark,
        Conditions conditions,
        DataFacts data,
        List<ScoreLine> lines,
        List<ReportedCell> cells,
        Optional<References.Reference> reference,
        SortedMap<String, String> paper) {

    /**
     * What must be equal in one table.
     *
     * @param environment environment id
     * @param fingerprint fingerprint of the environment
     * @param dataset name of the data
     * @param datasetHash hash of the data; empty where each seed has its own
     * @param track whose schedule, and the scale of its budget
     * @param protocol evaluation protocol
     * @param budget rounds and batch; empty on the paper track, where each algorithm has its own
     */
    public record Conditions(
            String environment,
            String fingerprint,
            String dataset,
            String datasetHash,
            ScaledTrack track,
            EvaluationFacts protocol,
            String budget) {

        /** Whether two sections would be called the same without a mark. */
        boolean sameName(Conditions other) {
            return environment.equals(other.environment)
                    && dataset.equals(other.dataset)
                    && track.equals(other.track);
        }
    }

    /**
     * The environment of the paper whose numbers stand beside those of ours: itself, but SMAC's
     * battle of the same units for SMAX, which is another game.
     */
    static String paperEnvironment(String environment) {
        return environment.replaceFirst("^smax/", "smac/");
    }

    /** What the paper's numbers are called, so that nobody takes them for results on our task. */
    public String paperName() {
        boolean same = paperEnvironment(conditions.environment()).equals(conditions.environment());
        return same ? "paper" : "paper, on SMAC";
    }

    /** Whether its scores are win rates. */
    public boolean isBattle() {
        return reference.isPresent() && !reference.get().hasPolicies();
    }

    /** What its scores are, as an axis names them. */
    public String scoreName() {
        if (isBattle()) {
            return "win rate";
        }
        return reference.isPresent() ? "normalised score" : "score";
    }

    /** Heading, for example {@code mpe/simple_spread · simple_spread-random · equal track}. */
    public String title() {
        String name = conditions.environment() + " · " + data.name() + " · ";
        return name
                + conditions.track().label()
                + " track"
                + (mark.isEmpty() ? "" : " (" + mark + ")");
    }
}
