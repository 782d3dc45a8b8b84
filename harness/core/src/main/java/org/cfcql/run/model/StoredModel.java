package org.cfcql.run.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.error.UserError;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.run.experiment.ConfigSection;
import org.cfcql.run.storage.FieldDiff;
import org.cfcql.run.storage.Sha256;
import org.cfcql.run.storage.Storage;
import org.cfcql.tensor.Safetensors;

/**
 * A trained model in {@code RUN_DIR/models/KEY}: {@code tensors.safetensors}, {@code metrics.jsonl}
 * and {@code model.json}, which says what it was trained on and with.
 *
 * @param folder where it is
 * @param tensors its networks
 */
public record StoredModel(Path folder, Safetensors tensors) {
    private static final int SCHEMA = 1;
    private static final String TENSORS = "tensors.safetensors";
    private static final String DESCRIPTION = "model.json";

    /** What {@code model.json} holds. */
    private record Description(int schema, ModelIdentity identity, String tensorsSha256) {}

    /**
     * Writes networks and description beside the metrics, the description last.
     *
     * @param notes free text to keep with the tensors, by name
     */
    public static void write(
            Path folder,
            ModelIdentity identity,
            List<NamedNetwork> networks,
            Map<String, String> notes) {
        SortedMap<String, String> metadata = new TreeMap<>(notes);
        metadata.put("model", identity.key());
        Path tensors = folder.resolve(TENSORS);
        try {
            Safetensors.write(tensors, NetworkTensors.of(networks), metadata);
        } catch (IOException failure) {
            throw Storage.writeFault(tensors, failure);
        }
        Storage.writeJson(
                folder.resolve(DESCRIPTION), new Description(SCHEMA, identity, Sha256.of(tensors)));
    }

    /** Whether a folder holds a model. */
    public static boolean isIn(Path folder) {
        return Files.isRegularFile(folder.resolve(DESCRIPTION));
    }

    /**
     * Reads a model.
     *
     * @throws UserError if it is damaged, or was trained on other data or with other settings
     */
    public static StoredModel read(Path folder, ModelIdentity wanted) {
        Path file = folder.resolve(DESCRIPTION);
        // Before anything else: a newer version may have other fields.
        int schema = Storage.readJson(file, JsonNode.class).path("schema").asInt();
        if (schema != SCHEMA) {
            throw new UserError(
                    "expected a model of schema "
                            + SCHEMA
                            + " at "
                            + folder
                            + ", found schema "
                            + schema
                            + "; use the newer cfcql that wrote it");
        }
        Description found = Storage.readJson(file, Description.class);
        if (found.identity() == null) {
            throw new UserError(
                    "expected the identity of a model in "
                            + file
                            + ", found none; the file is damaged, delete "
                            + folder
                            + " to train it again");
        }
        List<String> differences = FieldDiff.of(fields(wanted), fields(found.identity()));
        if (!differences.isEmpty()) {
            throw new UserError(
                    "expected the "
                            + wanted.model()
                            + " of this data and these settings at "
                            + folder
                            + ", found another: "
                            + String.join("; ", differences)
                            + "; delete that folder to train it again");
        }
        if (!Sha256.of(folder.resolve(TENSORS)).equals(found.tensorsSha256())) {
            throw new UserError(
                    "expected the tensors of "
                            + folder
                            + " to have the hash of its model.json, found another; delete that"
                            + " folder to train it again");
        }
        return new StoredModel(folder, Safetensors.read(folder.resolve(TENSORS)));
    }

    private static Map<String, Object> fields(ModelIdentity identity) {
        return ConfigSection.mapping(Storage.JSON.convertValue(identity, Map.class));
    }

    /**
     * Copies it into the networks of its names.
     *
     * @throws UserError if a network has other parameters
     */
    public void copyInto(List<NamedNetwork> networks) {
        Map<String, Tensor> targets = new LinkedHashMap<>();
        NetworkTensors.of(networks)
                .forEach(
                        (name, tensor) -> {
                            if (tensors.names().contains(name)) {
                                targets.put(name, tensor);
                            }
                        });
        if (targets.size() < tensors.names().size()) {
            throw new UserError(
                    "expected the parameters "
                            + targets.keySet()
                            + " in "
                            + folder
                            + ", found "
                            + tensors.names()
                            + "; delete that folder to train the model again");
        }
        tensors.copyInto(targets);
    }

    /** The curve of its training, line by line. */
    public List<Map<String, Object>> metrics() {
        List<Map<String, Object>> lines = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
                lines.add(ConfigSection.mapping(Storage.JSON.readValue(line, Map.class)));
            }
            return lines;
        } catch (IOException unreadable) {
            throw new UserError(
                    "expected a readable metrics.jsonl in "
                            + folder
                            + ", found none; delete that folder to train the model again",
                    unreadable);
        }
    }
}
