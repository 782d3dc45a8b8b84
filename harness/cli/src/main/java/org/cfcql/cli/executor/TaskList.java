package org.cfcql.cli.executor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.error.UserError;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/**
 * A file that says which cells each task of a job runs: a line per task, counted from 0, with the
 * ids of its cells. It never changes once it is written, because tasks that wait read it later.
 *
 * @param file the list
 */
public record TaskList(Path file) {
    private static final String BETWEEN = " ";

    /** Writes the list of a job whose folder is new. */
    static TaskList write(Path file, List<Cell> cells, int cellsPerTask) {
        StringBuilder text = new StringBuilder();
        for (int first = 0; first < cells.size(); first += cellsPerTask) {
            List<Cell> task = cells.subList(first, Math.min(cells.size(), first + cellsPerTask));
            text.append(String.join(BETWEEN, task.stream().map(Cell::id).toList())).append('\n');
        }
        Storage.writeAtomically(file, text.toString().getBytes(StandardCharsets.UTF_8));
        return new TaskList(file);
    }

    /** Ids of the cells of each task. */
    public List<List<String>> tasks() {
        try {
            List<List<String>> tasks = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                tasks.add(List.of(line.strip().split(BETWEEN)));
            }
            return tasks;
        } catch (NoSuchFileException absent) {
            throw new UserError(
                    "expected a list of tasks at "
                            + file
                            + ", found none; the job that reads it has to be written again",
                    absent);
        } catch (IOException unreadable) {
            throw Storage.readFault(file, unreadable);
        }
    }

    /**
     * Ids of the cells of one task.
     *
     * @param index from 0
     * @throws UserError if the list has no such task
     */
    public List<String> task(int index) {
        List<List<String>> tasks = tasks();
        if (index < 0 || index >= tasks.size()) {
            throw new UserError(
                    "expected a task from 0 to "
                            + (tasks.size() - 1)
                            + " of "
                            + file
                            + ", found "
                            + index
                            + "; count tasks from 0");
        }
        return tasks.get(index);
    }
}
