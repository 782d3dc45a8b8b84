package org.cfcql.run.folder;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.cfcql.error.UserError;
import org.cfcql.run.plan.Plan;
import org.cfcql.run.storage.Storage;

/**
 * {@code plan.json}: the cells of a matrix as they were planned.
 *
 * @param schema version of this form
 * @param experiment name of the experiment
 * @param cells cells in the order in which they are started
 */
record StoredPlan(int schema, String experiment, List<StoredCell> cells) {
    private static final int SCHEMA = 1;
    private static final Pattern PLAIN_NAME = Pattern.compile("[^./\\p{Cntrl}][^/\\p{Cntrl}]*");

    static void write(Path file, Plan plan) {
        Storage.writeJson(
                file,
                new StoredPlan(
                        SCHEMA,
                        plan.experiment(),
                        plan.cells().stream().map(StoredCell::of).toList()));
    }

    /**
     * Reads a plan.
     *
     * @throws UserError if there is none, it is of a newer version, or it plans what cannot be run
     */
    static Plan read(Path file) {
        Object schema = Storage.readJson(file, Map.class).get("schema");
        if (schema instanceof Integer version && version > SCHEMA) {
            throw new UserError(
                    "expected a plan of schema "
                            + SCHEMA
                            + ", found schema "
                            + schema
                            + " in "
                            + file
                            + "; use the newer cfcql that wrote it");
        }
        if (!Integer.valueOf(SCHEMA).equals(schema)) {
            throw damaged(file, "schema " + schema);
        }
        StoredPlan plan = Storage.readJson(file, StoredPlan.class);
        plan.problem()
                .ifPresent(
                        found -> {
                            throw damaged(file, found);
                        });
        return new Plan(plan.experiment(), plan.cells().stream().map(StoredCell::toCell).toList());
    }

    private static UserError damaged(Path file, String found) {
        return new UserError(
                "expected a sound plan in "
                        + file
                        + ", found "
                        + found
                        + "; delete the file and run the experiment again, its cells are kept");
    }

    private Optional<String> problem() {
        if (experiment == null || cells == null) {
            return Optional.of("no name or no cells");
        }
        Set<String> ids = new HashSet<>();
        for (StoredCell cell : cells) {
            if (cell == null || cell.id() == null) {
                return Optional.of("a cell without id");
            }
            if (!PLAIN_NAME.matcher(cell.id()).matches() || !ids.add(cell.id())) {
                return Optional.of(
                        "a cell twice, or one that leads elsewhere: '" + cell.id() + "'");
            }
            Optional<String> problem = cell.problem();
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }
}
