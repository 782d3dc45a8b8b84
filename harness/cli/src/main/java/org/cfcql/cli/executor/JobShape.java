package org.cfcql.cli.executor;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.cfcql.error.UserError;
import org.cfcql.run.plan.Cell;
import org.cfcql.tensor.ComputeDevice;

/**
 * How the cells of a run are cut into tasks, and what each task is given.
 *
 * @param cellsPerTask cells that one task runs
 * @param cellsAtATime of these, how many at the same time; a core each
 * @param tasksPerJob tasks that one job has at most; further ones go to further jobs
 * @param tasksAtATime tasks of a job that run at the same time; empty: as many as there is room for
 * @param memory of a task, in the words of the engine
 * @param passed options of the engine that are passed on, by name without dashes, in this order
 * @param setup shell text that runs before the worker; may be empty
 */
public record JobShape(
        int cellsPerTask,
        int cellsAtATime,
        int tasksPerJob,
        OptionalInt tasksAtATime,
        String memory,
        Map<String, String> passed,
        String setup) {

    /** Refuses sizes below 1 and options that would not stay on their line. */
    public JobShape {
        requirePositive("--cells-per-task", cellsPerTask);
        requirePositive("--workers", cellsAtATime);
        requirePositive("--array-limit", tasksPerJob);
        tasksAtATime.ifPresent(found -> requirePositive("--array-throttle", found));
        requireWord("mem", memory);
        passed.forEach(JobShape::requireWord);
    }

    /** Whether a task needs a card. */
    static boolean needsCard(List<Cell> cells) {
        return cells.stream()
                .anyMatch(cell -> cell.compute().device().kind() == ComputeDevice.Kind.CUDA);
    }

    private static void requirePositive(String option, int found) {
        if (found < 1) {
            throw new UserError("expected " + option + " of at least 1, found " + found);
        }
    }

    /** What stands in a line of directives must neither end it nor begin a comment or a quote. */
    private static void requireWord(String option, String found) {
        if (!found.matches("[\\p{Alnum}_.,:;=+/@%*\\[\\]()&|!<>-]+")) {
            throw new UserError(
                    "expected --"
                            + option
                            + " to be one word of the engine's, found '"
                            + found
                            + "'; leave out spaces and quotes");
        }
    }
}
