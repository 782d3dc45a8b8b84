package org.cfcql.run.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.error.UserError;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.FieldDiff;
import org.cfcql.run.storage.Sha256;
import org.cfcql.run.storage.Storage;
import org.cfcql.run.storage.WritePoints;
import org.cfcql.tensor.Safetensors;

/**
 * A stored state: {@code tensors.safetensors} and {@code state.json}, which is written last and
 * holds the hash of the other.
 *
 * <p>A checkpoint replaces its predecessor by renames: the folder is written and synced under the
 * name {@code checkpoint.new}, the predecessor moves to {@code checkpoint.old}, the new one takes
 * its place, the old one is deleted. {@link #recover} finishes or undoes whatever a killed process
 * left half done.
 *
 * @param state counters, streams and lengths
 * @param tensors parameters, targets, buffers and moments
 */
public record Checkpoint(CheckpointState state, Safetensors tensors) {
    private static final String TENSORS = "tensors.safetensors";
    private static final String STATE = "state.json";

    /**
     * Writes a checkpoint in place of the one before.
     *
     * @param makeState makes the state from the hash of the tensors' file
     * @param writePoints told of each step that changed the disk
     */
    public static void write(
            Path folder,
            Map<String, Tensor> tensors,
            SortedMap<String, String> metadata,
            Function<String, CheckpointState> makeState,
            WritePoints writePoints) {
        Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
        Path old = folder.resolveSibling(folder.getFileName() + ".old");
        Storage.deleteTree(fresh);
        try {
            Files.createDirectories(fresh);
            Safetensors.write(fresh.resolve(TENSORS), tensors, metadata);
            writePoints.passed("checkpoint tensors written");
            Storage.writeJson(
                    fresh.resolve(STATE), makeState.apply(Sha256.of(fresh.resolve(TENSORS))));
            Storage.syncDirectory(fresh);
            writePoints.passed("checkpoint written");
            if (Files.exists(folder)) {
                Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
                writePoints.passed("checkpoint old moved");
            }
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
            Storage.syncDirectory(folder.getParent());
            writePoints.passed("checkpoint renamed");
        } catch (IOException failure) {
            Storage.deleteTree(fresh);
            throw Storage.writeFault(folder, failure);
        }
        Storage.deleteTree(old);
    }

    /** Brings the folder to the newest complete checkpoint after a killed process. */
    public static void recover(Path folder) {
        Path fresh = folder.resolveSibling(folder.getFileName() + ".new");
        Path old = folder.resolveSibling(folder.getFileName() + ".old");
        try {
            if (!Files.exists(folder)) {
                // Between the two moves of write: the new one is complete.
                if (Files.exists(old) && Files.isRegularFile(fresh.resolve(STATE))) {
                    Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
                } else if (Files.exists(old)) {
                    Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException failure) {
            throw Storage.writeFault(folder, failure);
        }
        Storage.deleteTree(fresh);
        Storage.deleteTree(old);
    }

    /** The checkpoint of a folder, if there is one. */
    public static Optional<Checkpoint> find(Path folder) {
        return Files.isDirectory(folder) ? Optional.of(read(folder)) : Optional.empty();
    }

    /**
     * Reads a checkpoint.
     *
     * @throws UserError if it is missing, damaged or of a newer version
     */
    public static Checkpoint read(Path folder) {
        Path file = folder.resolve(STATE);
        Object schema = readState(file, Map.class).get("schema");
        if (schema instanceof Integer version && version > CheckpointState.SCHEMA) {
            throw new UserError(
                    "expected a checkpoint of schema "
                            + CheckpointState.SCHEMA
                            + " at "
                            + folder
                            + ", found schema "
                            + schema
                            + "; use the newer cfcql that wrote it");
        }
        CheckpointState state = readState(file, CheckpointState.class);
        state.problem().ifPresent(found -> damaged(file, found));
        String hash = Sha256.of(folder.resolve(TENSORS));
        if (!hash.equals(state.tensorsSha256())) {
            throw new UserError(
                    "expected the tensors of "
                            + folder
                            + " to have the hash of its state.json, found another; the checkpoint"
                            + " is damaged, delete the cell's folder to start it anew");
        }
        return new Checkpoint(state, Safetensors.read(folder.resolve(TENSORS)));
    }

    private static <T> T readState(Path file, Class<T> type) {
        try {
            return Storage.readJson(file, type);
        } catch (UserError unreadable) {
            throw damaged(file, "one that does not parse");
        }
    }

    private static UserError damaged(Path file, String found) {
        throw new UserError(
                "expected a sound "
                        + file
                        + ", found "
                        + found
                        + "; the checkpoint is damaged, delete "
                        + file.getParent().getParent()
                        + " to start the cell anew");
    }

    /**
     * Checks that this checkpoint continues a cell.
     *
     * @throws UserError if it is of another cell or algorithm, other data or another environment
     */
    public void requireOf(Cell cell, String datasetHash, String environmentFingerprint) {
        same("algorithm", cell.algorithm(), state.algorithm());
        same("cell", cell.id(), state.cell());
        same("data of hash", datasetHash, state.datasetHash());
        same("environment of fingerprint", environmentFingerprint, state.environmentFingerprint());
    }

    /**
     * Checks that it was trained under the conditions that the cell has now.
     *
     * @throws UserError naming those that differ
     */
    public void requireConditions(SortedMap<String, String> now) {
        List<String> differences =
                state.conditions() == null ? List.of() : FieldDiff.of(state.conditions(), now);
        if (!differences.isEmpty()) {
            throw new UserError(
                    "expected a checkpoint of "
                            + state.cell()
                            + " as it is planned now, found one of other conditions: "
                            + String.join("; ", differences)
                            + "; undo that, or delete the cell's folder to start it anew");
        }
    }

    private static void same(String what, String expected, String found) {
        if (!expected.equals(found)) {
            throw new UserError(
                    "expected a checkpoint of "
                            + what
                            + " '"
                            + expected
                            + "', found one of '"
                            + found
                            + "'; delete the cell's folder to start it anew");
        }
    }
}
