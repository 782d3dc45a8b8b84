package org.cfcql.outcome;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
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
        JsonNode node = readAnyVersion(file);
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

    /** As {@link #read} of a file whose versions are its own affair. */
    static JsonNode readAnyVersion(Path file) {
        return Files.isRegularFile(file) ? object(file, text(file)) : MissingNode.getInstance();
    }

    /**
     * The objects of a file with one per line; a last line without its end is left out. Where there
     * is only {@code FILE.gz}, as in a kept run, that is read.
     */
    public static List<JsonNode> readLines(Path file) {
        List<JsonNode> nodes = new ArrayList<>();
        Path packed = file.resolveSibling(file.getFileName() + ".gz");
        boolean plain = Files.isRegularFile(file);
        if (plain || Files.isRegularFile(packed)) {
            String text = plain ? text(file) : unpacked(packed);
            text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .forEach(line -> nodes.add(object(file, line)));
        }
        return nodes;
    }

    /** Whether two values say the same; numbers may be written differently. */
    static boolean same(JsonNode first, JsonNode second) {
        return first.isNumber() && second.isNumber()
                ? first.decimalValue().compareTo(second.decimalValue()) == 0
                : first.equals(second);
    }

    private static String unpacked(Path file) {
        try (InputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(stream.readAllBytes()))
                    .toString();
        } catch (ZipException | EOFException | CharacterCodingException damaged) {
            throw notJson(file, "something that does not unpack", damaged);
        } catch (IOException unreadable) {
            throw unreadable(file, unreadable);
        }
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
            throw unreadable(file, unreadable);
        }
    }

    private static MachineFault unreadable(Path file, IOException cause) {
        return new MachineFault(
                "expected a readable "
                        + file
                        + ", the machine said: "
                        + cause.getMessage()
                        + "; check the folder and its permissions",
                cause);
    }
}
