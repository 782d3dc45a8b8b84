package org.cfcql.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.cfcql.cli.executor.LocalExecutor.Failure;
import org.cfcql.outcome.CellOutcome;
import org.cfcql.run.folder.CellFolder;
import org.cfcql.run.plan.Cell;
import org.cfcql.run.storage.Storage;

/**
 * What {@code cfcql run} says of a cell at its end.
 *
 * @param cell id
 * @param reason why it failed; empty if it did not
 * @param outcome what it reached, without episodes; empty while it is not done
 */
record CellSummary(String cell, Optional<String> reason, Optional<CellOutcome> outcome) {
    static CellSummary of(Cell cell, CellFolder folder, List<Failure> failures) {
        Optional<String> reason =
                failures.stream()
                        .filter(one -> one.cell().equals(cell.id()))
                        .findFirst()
                        .map(Failure::reason);
        return new CellSummary(
                cell.id(),
                reason,
                reason.isPresent()
                        ? Optional.empty()
                        : folder.outcome(cell).map(CellOutcome::withoutEpisodes));
    }

    boolean done() {
        return outcome.isPresent();
    }

    private String status() {
        if (reason.isPresent()) {
            return "failed";
        }
        return done() ? "done" : "waiting";
    }

    /** Its object in JSON. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("cell", cell);
        map.put("status", status());
        reason.ifPresent(text -> map.put("reason", text));
        outcome.ifPresent(
                found -> {
                    map.put("score", found.evaluated() ? found.score() : CellOutcome.NOT_EVALUATED);
                    map.put("ledger", Storage.JSON.convertValue(ledger(found), Map.class));
                });
        return map;
    }

    /** Its line: the score with what was spent, or the reason. */
    String line() {
        if (reason.isPresent()) {
            return "failed  " + cell + ": " + reason.get();
        }
        return outcome.map(
                        found ->
                                String.format(
                                        Locale.ROOT,
                                        "done    %s %s %s",
                                        cell,
                                        found.evaluated()
                                                ? String.format(
                                                        Locale.ROOT, "score %.3f", found.score())
                                                : CellOutcome.NOT_EVALUATED,
                                        spent(ledger(found))))
                .orElse("waiting " + cell);
    }

    private static JsonNode ledger(CellOutcome outcome) {
        return outcome.result().path("ledger");
    }

    /** Spent of granted, roles that were granted only. */
    private static String spent(JsonNode ledger) {
        StringBuilder text = new StringBuilder();
        ledger.path("granted")
                .properties()
                .forEach(
                        entry -> {
                            String role = entry.getKey();
                            if (entry.getValue().asLong() > 0) {
                                text.append(' ')
                                        .append(role.toLowerCase(Locale.ROOT))
                                        .append(' ')
                                        .append(ledger.path("spent").path(role).asText())
                                        .append('/')
                                        .append(entry.getValue().asText());
                            }
                        });
        return text.substring(1);
    }
}
