package org.cfcql.report.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.UserError;

/**
 * The scores of a side in one small file, with what they were made under: a reference that is kept
 * beside the code. Curves, provenance and everything else stay in the run folder.
 */
public final class RecordedSide {
    /** Version of the file. */
    private static final int SCHEMA = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    private RecordedSide() {}

    /**
     * The text of a side's file.
     *
     * @param side finished cells by name, then by seed
     * @param made where the scores come from, in words: command, commit, machine, date
     */
    public static String text(Map<CellName, SortedMap<Long, Entry>> side, String made) {
        ObjectNode root = JSON.createObjectNode().put("schema", SCHEMA).put("made", made);
        var cells = root.putArray("cells");
        side.forEach(
                (name, seeds) -> {
                    Entry sample = seeds.get(seeds.firstKey());
                    ObjectNode cell =
                            cells.addObject()
                                    .put("algorithm", name.algorithm())
                                    .put("label", name.label())
                                    .put("environment", name.environment())
                                    .put("dataset", name.dataset())
                                    .put("track", name.track());
                    write(sample.conditions(), Map.of(), cell.putObject("conditions"));
                    ObjectNode scores = cell.putObject("seeds");
                    seeds.forEach(
                            (seed, entry) -> {
                                ObjectNode one =
                                        scores.putObject(seed.toString())
                                                .put("score", entry.score());
                                write(entry.conditions(), sample.conditions(), one);
                            });
                });
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("expected a tree to be written", impossible);
        }
    }

    /** Only what differs from the cell's first seed. */
    private static void write(
            Map<Condition, String> conditions, Map<Condition, String> known, ObjectNode into) {
        conditions.forEach(
                (condition, value) -> {
                    if (!value.equals(known.get(condition))) {
                        into.put(condition.word(), value);
                    }
                });
    }

    /**
     * Reads such a file.
     *
     * @throws UserError if it is none
     */
    static List<Entry> read(Path file) {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readString(file));
        } catch (IOException unreadable) {
            throw refused(file, "JSON", unreadable.getMessage());
        }
        if (root == null || root.path("schema").asInt() != SCHEMA) {
            throw refused(
                    file, "schema " + SCHEMA, root == null ? "nothing" : "" + root.path("schema"));
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode cell : root.path("cells")) {
            CellName name =
                    new CellName(
                            text(cell, "algorithm", file),
                            text(cell, "label", file),
                            text(cell, "environment", file),
                            text(cell, "dataset", file),
                            text(cell, "track", file));
            Map<Condition, String> common = conditions(cell.path("conditions"), Map.of());
            cell.path("seeds")
                    .properties()
                    .forEach(one -> entries.add(entry(name, common, one, file)));
        }
        if (entries.isEmpty()) {
            throw refused(file, "a cell with a seed", "none");
        }
        return entries;
    }

    private static Entry entry(
            CellName name,
            Map<Condition, String> common,
            Map.Entry<String, JsonNode> one,
            Path file) {
        JsonNode score = one.getValue().path("score");
        if (!score.isNumber() || !Double.isFinite(score.asDouble())) {
            throw refused(file, "a number as score of " + name.text(), String.valueOf(score));
        }
        long seed;
        try {
            seed = Long.parseLong(one.getKey());
        } catch (NumberFormatException wrong) {
            throw refused(file, "a whole number as seed", "'" + one.getKey() + "'");
        }
        SortedMap<String, String> fields = new TreeMap<>(Map.of("track", name.track()));
        return new Entry(
                name,
                seed,
                score.asDouble(),
                OptionalDouble.empty(),
                Optional.empty(),
                conditions(one.getValue(), common),
                fields);
    }

    private static Map<Condition, String> conditions(JsonNode node, Map<Condition, String> common) {
        Map<Condition, String> conditions = new EnumMap<>(Condition.class);
        conditions.putAll(common);
        for (Condition condition : Condition.values()) {
            JsonNode own = node.path(condition.word());
            if (own.isTextual()) {
                conditions.put(condition, own.asText());
            }
        }
        return conditions;
    }

    private static String text(JsonNode cell, String key, Path file) {
        JsonNode found = cell.path(key);
        if (!found.isTextual()) {
            throw refused(file, "a text as " + key, String.valueOf(found));
        }
        return found.asText();
    }

    private static UserError refused(Path file, String expected, String found) {
        return new UserError(
                "expected %s in the recorded scores %s, found %s; record them again with cfcql gate --record"
                        .formatted(expected, file, found));
    }
}
