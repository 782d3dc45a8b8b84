package org.cfcql.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.UserError;

/** Reads the JSON files of a run folder. */
final class JsonFile {
    private static final int SCHEMA = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonFile() {}

    /**
     * The document, or a missing node if there is no such file.
     *
     * @throws UserError if it is no JSON or of a newer version
     */
    static JsonNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            return MissingNode.getInstance();
        }
        JsonNode node = parse(file, text(file));
        int schema = node.path("schema").asInt(SCHEMA);
        if (schema > SCHEMA) {
            throw new UserError(
                    "expected %s of version %d at most, found %d; use the newer cfcql that wrote it"
                            .formatted(file, SCHEMA, schema));
        }
        return node;
    }

    /** The documents of a file with one per line; a last line without its end is left out. */
    static List<JsonNode> readLines(Path file) {
        List<JsonNode> nodes = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            String text = text(file);
            text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .forEach(line -> nodes.add(parse(file, line)));
        }
        return nodes;
    }

    /** Every value of an object as text, nested keys dotted. */
    static SortedMap<String, String> flat(JsonNode object) {
        SortedMap<String, String> values = new TreeMap<>();
        flatten("", object, values);
        return values;
    }

    /** Every number of an object. */
    static SortedMap<String, Long> counts(JsonNode object) {
        SortedMap<String, Long> values = new TreeMap<>();
        object.fieldNames().forEachRemaining(name -> values.put(name, object.get(name).asLong()));
        return values;
    }

    /** Text of a file; empty if there is none. */
    static String textOrEmpty(Path file) {
        return Files.isRegularFile(file) ? text(file) : "";
    }

    private static void flatten(String prefix, JsonNode node, SortedMap<String, String> values) {
        node.fieldNames()
                .forEachRemaining(
                        name -> {
                            JsonNode value = node.get(name);
                            if (value.isObject()) {
                                flatten(prefix + name + ".", value, values);
                            } else {
                                String text =
                                        value.isValueNode() ? value.asText() : value.toString();
                                values.put(prefix + name, text);
                            }
                        });
    }

    private static JsonNode parse(Path file, String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException failure) {
            throw new UserError(
                    "expected JSON in "
                            + file
                            + ", found something else ("
                            + failure.getOriginalMessage()
                            + "); run the cell again",
                    failure);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UserError(
                    "expected a readable "
                            + file
                            + ", found: "
                            + failure.getMessage()
                            + "; check the run folder",
                    failure);
        }
    }
}
