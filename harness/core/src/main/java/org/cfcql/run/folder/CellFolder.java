package org.cfcql.run.folder;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.outcome.JsonDocument;
import org.cfcql.outcome.PlannedCell;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/**
 * The files of one cell. What each holds is in {@code docs/formats.md}.
 *
 * @param path {@code RUN_DIR/cells/ID}
 */
public record CellFolder(Path path) {
    /** What names another place for the run folder that this one lies in. */
    public static final String ELSEWHERE = "another --out";

    /** Resolved cell and provenance. */
    public Path cell() {
        return path.resolve("cell.json");
    }

    /** Numbers of updates. */
    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /** Every evaluation episode. */
    public Path evaluations() {
        return path.resolve("evaluations.jsonl");
    }

    /** What was granted and spent. */
    public Path ledger() {
        return path.resolve("ledger.json");
    }

    /** The outcome; present if and only if the cell is done. */
    public Path result() {
        return path.resolve("result.json");
    }

    /** Why the last attempt failed; absent while running and when done. */
    public Path failure() {
        return path.resolve("failure.json");
    }

    /** Parameters at the moment of a numeric fault; absent while running and when done. */
    public Path evidence() {
        return path.resolve("evidence");
    }

    /** Wall-clock, restarts, memory. */
    public Path timing() {
        return path.resolve("timing.jsonl");
    }

    /** What the worker said. */
    public Path log() {
        return path.resolve("log.txt");
    }

    /** Models that this cell shares with others of its run folder. */
    public Path models() {
        return path.toAbsolutePath().normalize().getParent().resolveSibling("models");
    }

    /** State to continue from. */
    public Path checkpoint() {
        return path.resolve("checkpoint");
    }

    /**
     * The outcome of the cell; empty while it is not done.
     *
     * @param cell the cell as it is planned
     * @throws UserError if there is a result that is damaged or none of this cell; the message says
     *     what to delete
     */
    public Optional<CellOutcome> outcome(Cell cell) {
        Optional<CellOutcome> outcome = CellOutcome.read(path);
        outcome.ifPresent(
                found ->
                        new PlannedCell(Storage.JSON.valueToTree(StoredCell.of(cell)))
                                .requireIn(found.cell(), path));
        return outcome;
    }

    /**
     * Whether the cell is done.
     *
     * @throws UserError as {@link #outcome}
     */
    public boolean done(Cell cell) {
        return outcome(cell).isPresent();
    }

    /** The reason of the last failure, one line. */
    public Optional<String> failureReason() {
        JsonNode record = JsonDocument.read(failure());
        return record.isMissingNode()
                ? Optional.empty()
                : Optional.of(
                        ForeignText.oneLine(
                                record.path("message").asText("a failure without a message")));
    }

    /** The file by which a worker holds this cell. */
    public Path lockFile() {
        return path.resolve("lock");
    }

    /**
     * Takes the cell for this process; the lock ends with the process, however it ends.
     *
     * @return the lock, or empty while another process works here
     * @throws org.cfcql.error.MachineFault if the file system does not lock
     */
    public Optional<HeldLock> lock() {
        return HeldLock.take(lockFile(), ELSEWHERE);
    }

    /** The refusal when somebody else holds a lock. */
    public static UserError inUse(Path folder) {
        return new UserError(
                "expected "
                        + folder
                        + " to be free, found another cfcql process at work in it; wait for it or"
                        + " stop it");
    }
}
