package org.cfcql.run.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a training takes place, and where it went on elsewhere. It is part of the sealed state of a
 * checkpoint, so that a result made in two places cannot be told from one made in one place only by
 * whoever makes up whole checkpoints.
 *
 * @param now machine, build and kernels of the part that is trained now, by the names of {@code
 *     cell.json}
 * @param continuations moves so far, oldest first
 */
public record CellPlaces(SortedMap<String, String> now, List<Continuation> continuations) {
    /**
     * Something that was another one before.
     *
     * @param field name in the provenance of {@code cell.json}
     * @param before value under which the checkpoint was written; empty where there was none
     * @param after value under which it was continued; empty where there is none
     */
    public record Change(String field, String before, String after) {}

    /**
     * A checkpoint that was continued in another place than it was written in.
     *
     * @param model the auxiliary model that was trained elsewhere; empty for the cell itself
     * @param pretraining place of the auxiliary model in training when the new place took over
     * @param pretrained updates of that model, or of {@code model}, so far
     * @param round next round
     * @param differences what differs, by name
     */
    public record Continuation(
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String model,
            int pretraining,
            long pretrained,
            int round,
            List<Change> differences) {
        /** Copies the list. */
        public Continuation {
            model = model == null ? "" : model;
            differences = List.copyOf(differences);
        }
    }

    /** Copies map and list. */
    public CellPlaces {
        now = Collections.unmodifiableSortedMap(new TreeMap<>(now));
        continuations = List.copyOf(continuations);
    }

    /**
     * Of a training that begins.
     *
     * @param here of {@link CellProvenance#place}
     */
    public static CellPlaces beginning(Map<String, Object> here) {
        SortedMap<String, String> now = new TreeMap<>();
        here.forEach((field, value) -> now.put(field, String.valueOf(value)));
        return new CellPlaces(now, List.of());
    }

    /**
     * Of a training that goes on here: one continuation more where the last part was elsewhere.
     *
     * @param here what {@link #now} is from now on
     * @param pretraining place of the auxiliary model in training
     * @param pretrained its updates so far
     * @param round next round
     */
    CellPlaces continuedIn(
            SortedMap<String, String> here, int pretraining, long pretrained, int round) {
        List<Change> changes = changes(now, here);
        CellPlaces before = new CellPlaces(here, continuations);
        return changes.isEmpty()
                ? before
                : before.with(
                        List.of(new Continuation("", pretraining, pretrained, round, changes)));
    }

    /**
     * With an auxiliary model in it that was trained apart.
     *
     * @param name of the model
     * @param its where it was trained
     * @param pretraining its place among the cell's auxiliary models
     */
    public CellPlaces adopting(String name, CellPlaces its, int pretraining) {
        List<Continuation> more = new ArrayList<>();
        its.continuations()
                .forEach(
                        one ->
                                more.add(
                                        new Continuation(
                                                name,
                                                pretraining,
                                                one.pretrained(),
                                                0,
                                                one.differences())));
        List<Change> changes = changes(its.now(), now);
        if (!changes.isEmpty()) {
            more.add(new Continuation(name, pretraining, 0, 0, changes));
        }
        return with(more);
    }

    private CellPlaces with(List<Continuation> more) {
        List<Continuation> all = new ArrayList<>(continuations);
        all.addAll(more);
        return new CellPlaces(now, all);
    }

    private static List<Change> changes(
            SortedMap<String, String> before, SortedMap<String, String> after) {
        SortedSet<String> fields = new TreeSet<>(before.keySet());
        fields.addAll(after.keySet());
        List<Change> changes = new ArrayList<>();
        for (String field : fields) {
            String was = before.getOrDefault(field, "");
            String is = after.getOrDefault(field, "");
            if (!was.equals(is)) {
                changes.add(new Change(field, was, is));
            }
        }
        return changes;
    }
}
