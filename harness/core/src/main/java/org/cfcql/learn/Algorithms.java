package org.cfcql.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.ForeignText;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.Suggestion;
import org.cfcql.error.UserError;
import org.cfcql.plugin.PluginFolders;
import org.cfcql.plugin.PluginJar;

/**
 * The algorithms on the class path and in the jars of the plug-in folders, found through {@link
 * ServiceLoader}.
 */
public final class Algorithms {
    private static List<Found> outside;

    private Algorithms() {}

    /**
     * An algorithm and where it comes from.
     *
     * @param jar its jar
     */
    record Found(Algorithm algorithm, PluginJar jar) {}

    /** The jars that are loaded in this process. */
    public static List<PluginJar> jars() {
        return outside().stream().map(Found::jar).distinct().toList();
    }

    /** The algorithms of all jars, whatever their ids. */
    static List<Found> in(PluginFolders folders) {
        List<Found> found = new ArrayList<>();
        for (PluginJar jar : folders.jars()) {
            jar.services(Algorithm.class)
                    .forEach(algorithm -> found.add(new Found(algorithm, jar)));
        }
        return found;
    }

    /** All algorithms by id, auxiliary models left out. */
    public static List<Algorithm> all() {
        return load().values().stream().filter(algorithm -> !algorithm.auxiliary()).toList();
    }

    /** The models that are only ever trained beside an algorithm, by id. */
    public static List<Algorithm> auxiliary() {
        return load().values().stream().filter(Algorithm::auxiliary).toList();
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

    /**
     * The algorithm with this id, whatever an experiment sets for it.
     *
     * @throws UserError naming the closest known id
     */
    public static Algorithm find(String id, Map<String, ?> settings) {
        return find(id);
    }

    /** The algorithm or auxiliary model with this id, if there is one. */
    public static Optional<Algorithm> lookUp(String id) {
        return Optional.ofNullable(load().get(id));
    }

    /**
     * Configures an algorithm and refuses every key that it did not read.
     *
     * @throws UserError as {@link Algorithm#configure}, and for a key that nobody read
     */
    public static ConfiguredAlgorithm configure(
            Algorithm algorithm, TaskShape task, Settings settings, Track track) {
        ConfiguredAlgorithm configured = algorithm.configure(task, settings, track);
        settings.requireAllRead();
        return configured;
    }

    private static SortedMap<String, Algorithm> load() {
        return with(outside());
    }

    /** Jars are loaded once per process, and only when somebody asks for algorithms. */
    private static synchronized List<Found> outside() {
        if (outside == null) {
            outside = in(PluginFolders.ofThisProcess());
        }
        return outside;
    }

    /**
     * All algorithms by id.
     *
     * @throws UserError if a jar has one with an id that is taken
     */
    static SortedMap<String, Algorithm> with(List<Found> outside) {
        SortedMap<String, Algorithm> found = new TreeMap<>();
        for (Algorithm algorithm : ServiceLoader.load(Algorithm.class)) {
            if (found.put(algorithm.id(), algorithm) != null) {
                throw new HarnessBug("two algorithms have the id '" + algorithm.id() + "'");
            }
        }
        for (Found one : outside) {
            if (found.put(one.algorithm().id(), one.algorithm()) != null) {
                throw new UserError(
                        "expected an id that no other algorithm has, found '"
                                + ForeignText.oneLine(one.algorithm().id())
                                + "' in "
                                + one.jar().path()
                                + "; rename it or take the jar out of its folder");
            }
        }
        return found;
    }
}
