package org.cfcql.run.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.UserError;

/** Expands settings whose values are lists into one point per combination. */
public final class Sweep {
    /** Key by which the sampler's generator is restarted at each evaluation. */
    public static final String REPLAY = "replay.rng";

    /** Key of the start states of evaluations. */
    public static final String START_STATES = "eval.startStates";

    /** Key of the number of episodes drawn from the data before training. */
    public static final String DATA_EPISODES = "data.episodes";

    /** Key of the layout of recurrent batches, an algorithm's own. */
    public static final String SEQUENCES = "sequences";

    /** Key of a list of words that starts a learner; one value, whatever its length. */
    public static final String COMMAND = "command";

    private Sweep() {}

    /** How many values a key takes: those of a list, unless it is the words of a command. */
    public static List<?> values(String key, Object value) {
        return isSwept(key, value) ? (List<?>) value : List.of(value);
    }

    private static boolean isSwept(String key, Object value) {
        return value instanceof List<?> && !key.equals(COMMAND);
    }

    /**
     * One combination.
     *
     * @param variant the swept keys with their values, {@code key=value} joined by commas
     * @param settings all keys with one value each
     */
    public record Point(String variant, SortedMap<String, Object> settings) {}

    /** All combinations, the last key varying fastest. */
    public static List<Point> expand(SortedMap<String, Object> settings) {
        List<Point> points = List.of(new Point("", new TreeMap<>()));
        for (var entry : settings.entrySet()) {
            boolean swept = isSwept(entry.getKey(), entry.getValue());
            List<?> values = values(entry.getKey(), entry.getValue());
            List<Point> longer = new ArrayList<>();
            for (Point point : points) {
                for (Object value : values) {
                    SortedMap<String, Object> extended = new TreeMap<>(point.settings());
                    extended.put(entry.getKey(), value);
                    String part = swept ? entry.getKey() + "=" + value : "";
                    String joint = point.variant().isEmpty() || part.isEmpty() ? "" : ",";
                    longer.add(new Point(point.variant() + joint + part, extended));
                }
            }
            points = longer;
        }
        return points;
    }

    /** Takes a key of the harness out of the settings. */
    public static <E extends Enum<E>> E take(
            SortedMap<String, Object> settings, String key, Class<E> type) {
        String word = String.valueOf(settings.remove(key));
        return Words.read(type, word)
                .orElseThrow(
                        () ->
                                new UserError(
                                        "expected "
                                                + key
                                                + " to be one of "
                                                + String.join(", ", Words.all(type))
                                                + ", found '"
                                                + word
                                                + "'; change it in the experiment"));
    }
}
