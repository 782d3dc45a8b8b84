package org.cfcql.learn;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;

/** The algorithms on the class path, found through {@link ServiceLoader}. */
public final class Algorithms {
    private Algorithms() {}

    /** All algorithms by id, auxiliary models left out. */
    public static List<Algorithm> all() {
        return load().values().stream().filter(algorithm -> !algorithm.auxiliary()).toList();
    }

    /**
     * The algorithm with this id.
     *
     * @throws UserError naming the closest known id
     */
    public static Algorithm find(String id) {
        return lookUp(id)
                .filter(algorithm -> !algorithm.auxiliary())
                .orElseThrow(
                        () ->
                                new UserError(
                                        "expected the id of an algorithm, found '"
                                                + id
                                                + "'; "
                                                + Suggestion.of(
                                                        id,
                                                        all().stream()
                                                                .map(Algorithm::id)
                                                                .toList())));
    }

    /** The algorithm or auxiliary model with this id, if there is one. */
    public static Optional<Algorithm> lookUp(String id) {
        return Optional.ofNullable(load().get(id));
    }

    private static SortedMap<String, Algorithm> load() {
        SortedMap<String, Algorithm> found = new TreeMap<>();
        for (Algorithm algorithm : ServiceLoader.load(Algorithm.class)) {
            if (found.put(algorithm.id(), algorithm) != null) {
                throw new HarnessBug("two algorithms have the id '" + algorithm.id() + "'");
            }
        }
        return found;
    }
}
