package org.cfcql.run.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.cfcql.error.UserError;
import org.cfcql.learn.Algorithm;
import org.cfcql.learn.Algorithms;
import org.cfcql.learn.KnownName;

/**
 * Algorithms of an experiment by their ids, where it named some as other projects do.
 *
 * @param algorithms settings by id, in the order of the experiment
 * @param meanings one line for each name that was not an id
 */
public record NamedAlgorithms(
        Map<String, SortedMap<String, Object>> algorithms, List<String> meanings) {

    /**
     * Replaces known names by ids. What the experiment sets prevails over what a name means.
     *
     * @param asked settings by id or known name
     * @throws UserError for a name that several algorithms have, or two names of one algorithm
     */
    public static NamedAlgorithms of(Map<String, SortedMap<String, Object>> asked) {
        Map<String, SortedMap<String, Object>> algorithms = new LinkedHashMap<>();
        Map<String, String> words = new LinkedHashMap<>();
        List<String> meanings = new ArrayList<>();
        asked.forEach(
                (word, settings) -> {
                    List<Meaning> found = meanings(word);
                    requireOne(word, found);
                    String id = word;
                    SortedMap<String, Object> all = settings;
                    if (!found.isEmpty()) {
                        id = found.get(0).algorithm().id();
                        all = new TreeMap<>(found.get(0).name().switches());
                        all.putAll(settings);
                        meanings.add(found.get(0).line(word, all));
                    }
                    String other = words.put(id, word);
                    if (other != null) {
                        throw new UserError(
                                "expected every algorithm once, found '"
                                        + other
                                        + "' and '"
                                        + word
                                        + "', which are both "
                                        + id
                                        + "; make two experiments, or a list of its settings");
                    }
                    algorithms.put(id, all);
                });
        return new NamedAlgorithms(algorithms, meanings);
    }

    private record Meaning(Algorithm algorithm, KnownName name) {
        String line(String word, SortedMap<String, Object> settings) {
            String switches =
                    name.switches().keySet().stream()
                            .map(key -> key + "=" + settings.get(key))
                            .collect(Collectors.joining(", "));
            return word
                    + " is "
                    + algorithm.id()
                    + (switches.isEmpty() ? "" : " with " + switches)
                    + " here; "
                    + name.difference();
        }
    }

    private static List<Meaning> meanings(String word) {
        if (Algorithms.lookUp(word).isPresent()) {
            return List.of();
        }
        List<Meaning> found = new ArrayList<>();
        for (Algorithm algorithm : Algorithms.all()) {
            for (KnownName name : algorithm.knownNames()) {
                if (name.name().equals(word.toLowerCase(Locale.ROOT))) {
                    found.add(new Meaning(algorithm, name));
                }
            }
        }
        return found;
    }

    private static void requireOne(String word, List<Meaning> found) {
        if (found.size() > 1) {
            String all =
                    found.stream()
                            .map(one -> one.algorithm().id() + " (" + one.name().difference() + ")")
                            .collect(Collectors.joining(" or "));
            throw new UserError(
                    "expected a name of one algorithm, found '"
                            + word
                            + "', which may be "
                            + all
                            + "; write the one that is meant");
        }
    }
}
