package org.cfcql.data.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.data.ContentHash;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.error.UserError;

/**
 * The content of a data set, held to the hashes of its card before anything is learned from it.
 *
 * <p>Reading every byte once per process would cost a matrix of small cells more than their
 * training. What was verified is therefore noted beside the data, in {@value #NOTES}, by stamps
 * that change with the content; where the folder cannot be written, every process reads again.
 */
public final class VerifiedContent {
    /** Name of the notes in a data set's folder. */
    static final String NOTES = ".verified.json";

    private static final int SCHEMA = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Dataset dataset;
    private Map<String, FileStamp> stamps;

    /** A file's stamp and the hash that its content had then. */
    private record Note(FileStamp stamp, String sha256) {}

    /** What {@value #NOTES} holds. */
    private record Notes(int schema, TreeMap<String, Note> files) {}

    /**
     * Verifies a data set: hashes of all arrays, and finite numbers.
     *
     * @throws UserError that names the file whose content is not what the card says
     */
    public VerifiedContent(Dataset dataset) {
        this.dataset = dataset;
        String listed = ContentHash.ofFields(dataset.card().fields());
        if (!listed.equals(dataset.card().hash())) {
            throw new UserError(
                    "expected hash "
                            + listed
                            + " of the arrays that "
                            + dataset.folder().resolve(DatasetCard.FILE_NAME)
                            + " lists, found "
                            + dataset.card().hash()
                            + "; the card was changed, restore it or make the data again");
        }
        stamps = stamps();
        if (!noted()) {
            DatasetVerifier.requireFinite(dataset);
            requireHashes();
        }
    }

    /**
     * Checks that the content is still what was verified.
     *
     * @throws UserError that names the file whose content has changed since
     */
    public void requireUnchanged() {
        Map<String, FileStamp> now = stamps();
        if (stamps.isEmpty() || !now.equals(stamps)) {
            stamps = now;
            requireHashes();
        }
    }

    private void requireHashes() {
        long begin = System.currentTimeMillis();
        TreeMap<String, Note> notes = new TreeMap<>();
        dataset.card()
                .fields()
                .forEach(
                        (field, stored) -> {
                            Path file = dataset.folder().resolve(field.fileName());
                            String found = ContentHash.ofFile(file);
                            if (!found.equals(stored.sha256())) {
                                throw changed(file, stored.sha256(), found);
                            }
                            FileStamp stamp = stamps.get(field.fileName());
                            notes.put(field.fileName(), new Note(stamp, found));
                        });
        boolean settled =
                !stamps.isEmpty()
                        && stamps.values().stream().allMatch(stamp -> stamp.settled(begin));
        if (settled && stamps().equals(stamps)) {
            write(new Notes(SCHEMA, notes));
        }
    }

    private static UserError changed(Path file, String expected, String found) {
        return new UserError(
                "expected SHA-256 "
                        + expected
                        + " of "
                        + file
                        + " as its card says, found "
                        + found
                        + "; the data were changed after they were made: restore them, or make them"
                        + " again under another name");
    }

    private boolean noted() {
        Path file = dataset.folder().resolve(NOTES);
        if (stamps.isEmpty() || !Files.isRegularFile(file)) {
            return false;
        }
        try {
            Notes notes = JSON.readValue(file.toFile(), Notes.class);
            return notes != null
                    && notes.schema() == SCHEMA
                    && dataset.card().fields().entrySet().stream()
                            .allMatch(
                                    entry ->
                                            new Note(
                                                            stamps.get(entry.getKey().fileName()),
                                                            entry.getValue().sha256())
                                                    .equals(
                                                            notes.files()
                                                                    .get(
                                                                            entry.getKey()
                                                                                    .fileName())));
        } catch (IOException | RuntimeException damaged) {
            // Notes only save time: whatever is wrong with them, the data are read again.
            return false;
        }
    }

    private void write(Notes notes) {
        Path file = dataset.folder().resolve(NOTES);
        Path fresh = file.resolveSibling(NOTES + "." + ProcessHandle.current().pid());
        try {
            Files.write(fresh, JSON.writeValueAsBytes(notes));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException readOnly) {
            discard(fresh);
        }
    }

    private static void discard(Path fresh) {
        try {
            Files.deleteIfExists(fresh);
        } catch (IOException readOnly) {
            // Nothing was written where nothing can be deleted.
        }
    }

    /** Stamps of all arrays; empty where the file system has none or a file is gone. */
    private Map<String, FileStamp> stamps() {
        Map<String, FileStamp> found = new TreeMap<>();
        try {
            for (DatasetField field : dataset.card().fields().keySet()) {
                found.put(
                        field.fileName(), FileStamp.of(dataset.folder().resolve(field.fileName())));
            }
            return found;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException without) {
            return Map.of();
        }
    }
}
