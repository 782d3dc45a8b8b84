package org.cfcql.run.folder;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cfcql.error.UserError;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.plan.Cell.EvaluationProtocol;
import org.cfcql.run.plan.Plan;
import org.cfcql.run.storage.Storage;

/**
 * {@code plan.json}: the cells of a matrix as they were planned.
 *
 * @param schema version of this form
 * @param experiment name of the experiment
 * @param cells cells in the order in which they are started
 */
record StoredPlan(int schema, String experiment, List<Cell> cells) {
    private static final int SCHEMA = 1;
    private static final Pattern PLAIN_NAME = Pattern.compile("[^./\\p{Cntrl}][^/\\p{Cntrl}]*");

    static void write(Path file, Plan plan) {
        Storage.writeJson(file, new StoredPlan(SCHEMA, plan.experiment(), plan.cells()));
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
        return new Plan(plan.experiment(), plan.cells());
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
        for (Cell cell : cells) {
            if (cell == null || cell.id() == null) {
                return Optional.of("a cell without id");
            }
            if (!PLAIN_NAME.matcher(cell.id()).matches() || !ids.add(cell.id())) {
                return Optional.of(
                        "a cell twice, or one that leads elsewhere: '" + cell.id() + "'");
            }
            if (!complete(cell)) {
                return Optional.of("a cell in which something is missing: " + cell.id());
            }
            if (!possible(cell)) {
                return Optional.of("lengths below one in " + cell.id());
            }
        }
        return Optional.empty();
    }

    private static boolean complete(Cell cell) {
        return Stream.of(
                                cell.algorithm(),
                                cell.variant(),
                                cell.environment(),
                                cell.branch(),
                                cell.datasetPath(),
                                cell.datasetName(),
                                cell.track(),
                                cell.evaluation(),
                                cell.replay(),
                                cell.device(),
                                cell.precision())
                        .allMatch(Objects::nonNull)
                && cell.environment().id() != null
                && cell.environment().options() != null
                && cell.evaluation().startStates() != null;
    }

    private static boolean possible(Cell cell) {
        EvaluationProtocol evaluation = cell.evaluation();
        return Stream.of(
                                cell.rounds(),
                                cell.batch(),
                                cell.criticPerActor(),
                                evaluation.every(),
                                evaluation.episodes(),
                                evaluation.finalEpisodes())
                        .allMatch(length -> length >= 1)
                && cell.dataEpisodes() >= 0;
    }
}
