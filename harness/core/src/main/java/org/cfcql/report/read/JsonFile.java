package org.cfcql.report.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.error.UserError;

/** What tables take from the JSON and text files of a run folder. */
public final class JsonFile {
    private JsonFile() {}

    /** Every value of an object as text, nested keys dotted. */
    public static SortedMap<String, String> flat(JsonNode object) {
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
