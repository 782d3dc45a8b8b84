package org.cfcql.data;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.MachineFault;
import org.cfcql.error.UserError;

/** Reads and writes {@code card.json}. */
public final class CardFile {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .addMixIn(ActionSpace.class, TaggedActionSpace.class)
                    .build();

    private CardFile() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ActionSpace.Discrete.class, name = "discrete"),
        @JsonSubTypes.Type(value = ActionSpace.Box.class, name = "box")
    })
    private interface TaggedActionSpace {}

    /**
     * Reads the card of a data set's folder.
     *
     * @throws UserError if there is none, it is of a newer form, or it is damaged
     */
    public static DatasetCard read(Path folder) {
        Path path = folder.resolve(DatasetCard.FILE_NAME);
        try {
            JsonNode tree = JSON.readTree(Files.readAllBytes(path));
            if (!tree.path("schema").isInt()) {
                throw damaged(path, "the schema " + tree.path("schema"));
            }
            int schema = tree.path("schema").asInt();
            if (schema > DatasetCard.MARKED_SCHEMA) {
                throw new UserError(
                        "%s: expected a card of schema %d or older, found schema %d; update cfcql"
                                .formatted(path, DatasetCard.MARKED_SCHEMA, schema));
            }
            if (schema < 1) {
                throw new UserError(path + ": expected the card of a data set, found no schema");
            }
            DatasetCard card = JSON.treeToValue(tree, DatasetCard.class);
            CardCheck.problem(card)
                    .ifPresent(
                            found -> {
                                throw damaged(path, found);
                            });
            return card;
        } catch (JsonMappingException e) {
            throw damaged(path, "no usable value at '" + place(e) + "'");
        } catch (JsonProcessingException e) {
            throw damaged(path, "text that is no JSON object");
        } catch (NoSuchFileException e) {
            throw new UserError(
                    folder
                            + ": expected a data set with a card.json, found none"
                            + (Files.isDirectory(folder)
                                    ? "; the collection was cut short or this is another folder"
                                    : "; there is no such folder"),
                    e);
        } catch (IOException e) {
            throw new MachineFault("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static UserError damaged(Path path, String found) {
        return new UserError(
                path
                        + ": expected the card of a data set, found "
                        + found
                        + "; restore the card or make the data again");
    }

    private static String place(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(
                        step ->
                                step.getFieldName() == null
                                        ? String.valueOf(step.getIndex())
                                        : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    /** Text of a value that stands in a card. */
    public static String text(Object value) {
        try {
            return JSON.writer()
                    .without(SerializationFeature.INDENT_OUTPUT)
                    .with(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a part of a card can always be written", e);
        }
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws JsonProcessingException if it is something else
     */
    public static <T> T parse(String text, Class<T> type) throws JsonProcessingException {
        return JSON.readValue(text, type);
    }

    /** The card as indented JSON that ends with a line break. */
    static byte[] write(DatasetCard card) {
        try {
            return (JSON.writeValueAsString(card) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a card can always be written", e);
        }
    }
}
