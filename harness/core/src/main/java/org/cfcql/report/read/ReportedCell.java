package org.cfcql.report.read;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Everything a report says about one cell.
 *
 * @param run name of the run folder
 * @param id name of the cell
 * @param state how far it has come
 * @param reason why it failed; empty otherwise
 * @param algorithm algorithm id
 * @param variant swept keys and values; empty without sweep
 * @param environment environment id
 * @param fingerprint fingerprint of the environment; empty where unknown
 * @param ingredients what the fingerprint was made of
 * @param data the data set
 * @param seed seed
 * @param track whose schedule it followed, and the scale of its budget
 * @param settings the algorithm's keys in force
 * @param rounds rounds of training
 * @param batch transitions in a minibatch
 * @param protocol how it was evaluated
 * @param granted units granted per role
 * @param spent units spent per role
 * @param outcome scores; present if and only if finished
 * @param curve evaluations in order
 * @param finalReturn mean return of the team in the final evaluation; not a number where unknown
 * @param metrics numbers of training by name
 * @param effort time and memory
 * @param continuations what was trained on another machine, build or kernel set, a sentence each
 * @param provenance what the result was made with, dotted keys
 */
public record ReportedCell(
        String run,
        String id,
        CellState state,
        String reason,
        String algorithm,
        String variant,
        String environment,
        String fingerprint,
        SortedMap<String, String> ingredients,
        DataFacts data,
        long seed,
        ScaledTrack track,
        SortedMap<String, String> settings,
        int rounds,
        int batch,
        EvaluationFacts protocol,
        SortedMap<String, Long> granted,
        SortedMap<String, Long> spent,
        Optional<Outcome> outcome,
        List<CurvePoint> curve,
        double finalReturn,
        SortedMap<String, Series> metrics,
        Effort effort,
        List<String> continuations,
        SortedMap<String, String> provenance) {

    /** Copies the lists. */
    public ReportedCell {
        curve = List.copyOf(curve);
        continuations = List.copyOf(continuations);
    }

    /** Whether the experiment grants every algorithm the same. */
    public boolean equalBudgets() {
        return track.grantsEqually();
    }

    /** Whether its learner is a process of somebody else, whose steps are declared, not metered. */
    public boolean outside() {
        return settings.containsKey("learner.name");
    }

    /** What its rounds are called. */
    public String lengthUnit() {
        return protocol.unit();
    }

    /** Algorithm and variant, as tables name it. */
    public String label() {
        return variant.isEmpty() ? algorithm : algorithm + "[" + variant + "]";
    }
}
