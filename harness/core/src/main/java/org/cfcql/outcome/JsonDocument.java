package org.cfcql.outcome;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;

/** JSON files of a cell: whole documents, and documents line by line. */
public final class JsonDocument {
    private static final int SCHEMA = 1;
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonDocument() {}

    /**
     * The object in a file, or a missing node if there is no such file.
     *
     * @throws UserError if it is no JSON object, or of a newer version
     */
    public static JsonNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            return MissingNode.getInstance();
        }
        JsonNode node = object(file, text(file));
        JsonNode schema = node.path("schema");
        if (!schema.isMissingNode() && !schema.isInt()) {
            throw new UserError(
                    "expected a whole number as schema of "
                            + file
                            + ", found "
                            + schema
                            + "; the file is damaged, delete it and run the cell again");
        }
        if (schema.asInt(SCHEMA) > SCHEMA) {
            throw new UserError(
                    "expected %s of version %d at most, found %d; use the newer cfcql that wrote it"
                            .formatted(file, SCHEMA, schema.asInt()));
        }
        return node;
    }

    /** The objects of a file with one per line; a last line without its end is left out. */
    public static List<JsonNode> readLines(Path file) {
        List<JsonNode> nodes = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            String text = text(file);
            text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .forEach(line -> nodes.add(object(file, line)));
        }
        return nodes;
    }

    private static JsonNode object(Path file, String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node.isObject()) {
                return node;
            }
            throw notJson(file, "a JSON value of another kind", null);
        } catch (JsonProcessingException failure) {
            throw notJson(file, "something that does not parse", failure);
        }
    }

    private static UserError notJson(Path file, String found, Exception cause) {
        return new UserError(
                "expected JSON objects in "
                        + file
                        + ", found "
                        + found
                        + "; the file is damaged, delete it and run the cell again",
                cause);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException notText) {
            throw notJson(file, "bytes that are no UTF-8 text", notText);
        } catch (IOException unreadable) {
            throw new MachineFault(
                    "expected a readable "
                            + file
                            + ", the machine said: "
                            + unreadable.getMessage()
                            + "; check the folder and its permissions",
                    unreadable);
        }
    }
}
