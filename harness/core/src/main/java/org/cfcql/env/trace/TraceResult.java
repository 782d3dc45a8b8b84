package org.cfcql.env.trace;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a recorded file and its replay agree.
 *
 * @param file the recorded file
 * @param environment environment id
 * @param rows rows in the file
 * @param exact whether all numbers had to be equal; else the looser rule of docs/golden-files.md
 * @param fields largest difference per field, over the rows that were replayed
 * @param problem why the replay could not go on or what was not compared, if anything
 */
public record TraceResult(
        Path file,
        String environment,
        int rows,
        boolean exact,
        List<Difference> fields,
        Optional<String> problem) {
    /** Copies the list. */
    public TraceResult {
        fields = List.copyOf(fields);
    }

    /**
     * The largest difference of a field.
     *
     * @param field name in the file
     * @param largest largest difference; NaN if a recorded or replayed number was none
     * @param tolerance largest difference allowed
     * @param row row where the largest one is
     */
    public record Difference(String field, double largest, double tolerance, int row) {
        /** Whether the field agrees. */
        public boolean agrees() {
            return largest <= tolerance;
        }
    }

    /** Whether every row was replayed and every field agrees. */
    public boolean passed() {
        return problem.isEmpty() && fields.stream().allMatch(Difference::agrees);
    }
}
