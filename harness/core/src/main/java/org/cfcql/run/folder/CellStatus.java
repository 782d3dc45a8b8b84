package org.cfcql.run.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cfcql.error.UserError;
import org.cfcql.lock.HeldLock;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/**
 * What a cell is doing, read from its files alone.
 *
 * @param cell id
 * @param state what it is doing
 * @param round rounds done
 * @param rounds rounds in all
 * @param secondsLeft time left at the pace so far; -1 while unknown or not running
 * @param restarts times it was continued
 * @param repeatedEpisodes evaluation episodes played again because their environment was lost
 * @param environmentRestarts environment processes that were replaced
 * @param score mean of the final evaluation; NaN until done
 * @param error reason of the last failure; empty without
 */
public record CellStatus(
        String cell,
        State state,
        int round,
        int rounds,
        long secondsLeft,
        int restarts,
        long repeatedEpisodes,
        long environmentRestarts,
        double score,
        String error) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIGNAL_BASE = 128;

    /** States of a cell. */
    public enum State {
        WAITING,
        RUNNING,
        STOPPED,
        FAILED,
        /** Ended by a signal that nobody sends to ask for an end. */
        CRASHED,
        /** A file of the cell is none that a run of it wrote. */
        DAMAGED,
        DONE
    }

    /** Reads the files of a cell; what is wrong with them is in the status, too. */
    public static CellStatus read(Cell cell, CellFolder folder) {
        try {
            return readSound(cell, folder);
        } catch (UserError damaged) {
            return new CellStatus(
                    cell.id(),
                    State.DAMAGED,
                    0,
                    cell.length().rounds(),
                    -1,
                    0,
                    0,
                    0,
                    Double.NaN,
                    damaged.getMessage());
        }
    }

    private static CellStatus readSound(Cell cell, CellFolder folder) {
        int round = 0;
        int firstRound = -1;
        double firstElapsedMs = 0;
        double elapsedMs = 0;
        int restarts = 0;
        long repeatedEpisodes = 0;
        long environmentRestarts = 0;
        for (JsonNode event : lines(folder.timing())) {
            String name = event.path("event").asText();
            restarts += name.equals("restart") ? 1 : event.path("restarts").asInt();
            repeatedEpisodes += event.path("repeatedEpisodes").asLong();
            environmentRestarts += event.path("environmentRestarts").asLong();
            round = event.path("round").asInt();
            elapsedMs = event.path("elapsedMs").asDouble();
            if (firstRound < 0 || name.equals("restart")) {
                firstRound = round;
                firstElapsedMs = elapsedMs;
            }
        }
        List<JsonNode> logged = lines(folder.metrics());
        if (!logged.isEmpty()) {
            round = Math.max(round, logged.get(logged.size() - 1).path("round").asInt());
        }
        Optional<CellOutcome> outcome = folder.outcome(cell);
        State state = outcome.isPresent() ? State.DONE : state(folder, firstRound >= 0);
        double perRound = (elapsedMs - firstElapsedMs) / Math.max(1, round - firstRound) / 1000;
        boolean paced = state == State.RUNNING && round > firstRound;
        return new CellStatus(
                cell.id(),
                state,
                state == State.DONE ? cell.length().rounds() : round,
                cell.length().rounds(),
                paced ? Math.round(perRound * (cell.length().rounds() - round)) : -1,
                restarts,
                repeatedEpisodes,
                environmentRestarts,
                outcome.map(CellOutcome::score).orElse(Double.NaN),
                folder.failureReason().orElse(""));
    }

    private static State state(CellFolder folder, boolean begun) {
        if (HeldLock.isHeld(folder.lockFile())) {
            return State.RUNNING;
        }
        if (Files.exists(folder.failure())) {
            int code = Storage.readJson(folder.failure(), JsonNode.class).path("exitCode").asInt();
            return code > SIGNAL_BASE ? State.CRASHED : State.FAILED;
        }
        return begun ? State.STOPPED : State.WAITING;
    }

    /** Whole lines of a file that may be growing. */
    private static List<JsonNode> lines(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.endsWith("}"))
                    .map(CellStatus::parsed)
                    .filter(node -> !node.isMissingNode())
                    .toList();
        } catch (IOException unreadable) {
            throw Storage.writeFault(file, unreadable);
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException torn) {
            return JSON.missingNode();
        }
    }
}
