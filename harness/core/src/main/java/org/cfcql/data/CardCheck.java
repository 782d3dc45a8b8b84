package org.cfcql.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.ForeignText;

/**
 * What a card must say to be one: every value there, names on one line, sizes that a machine can
 * hold, and arrays that are those of its task.
 */
final class CardCheck {
    private static final int LARGEST_SIZE = 1 << 24;
    private static final int MOST_AGENTS = 1 << 12;
    private static final List<String> REDUCTIONS = List.of("mean", "agent0", "team");

    private final DatasetCard card;

    private CardCheck(DatasetCard card) {
        this.card = card;
    }

    /** The first thing that is wrong, as {@code FIELD VALUE}; empty for a sound card. */
    static Optional<String> problem(DatasetCard card) {
        CardCheck check = new CardCheck(card);
        return check.names().or(check::sizes).or(check::bounds).or(check::counts).or(check::arrays);
    }

    private Optional<String> names() {
        TaskCard task = card.task();
        if (task.environment().isBlank() || card.kind().isBlank()) {
            return Optional.of("an empty task.environment or kind");
        }
        for (String name : List.of(task.environment(), card.kind(), task.fingerprint())) {
            if (!ForeignText.oneLine(name).equals(name)) {
                return Optional.of("a name with control characters: " + ForeignText.oneLine(name));
            }
        }
        return REDUCTIONS.contains(task.paperReduction())
                ? Optional.empty()
                : Optional.of("task.paperReduction " + ForeignText.oneLine(task.paperReduction()));
    }

    private Optional<String> sizes() {
        TaskCard task = card.task();
        Map<String, Integer> sizes =
                Map.of(
                        "task.observationSize", task.observationSize(),
                        "task.stateSize", task.stateSize(),
                        "task.episodeLimit", task.episodeLimit(),
                        "task.actionSpace.size", task.actionSpace().size());
        if (task.agents().isEmpty() || task.agents().size() > MOST_AGENTS) {
            return Optional.of(task.agents().size() + " task.agents");
        }
        return sizes.entrySet().stream()
                .filter(size -> size.getValue() < 1 || size.getValue() > LARGEST_SIZE)
                .map(size -> size.getKey() + " " + size.getValue())
                .sorted()
                .findFirst();
    }

    private Optional<String> bounds() {
        if (card.task().actionSpace() instanceof ActionSpace.Box box
                && !(Double.isFinite(box.low())
                        && Double.isFinite(box.high())
                        && box.low() < box.high())) {
            return Optional.of("task.actionSpace from " + box.low() + " to " + box.high());
        }
        ReturnStatistics returns = card.returns();
        for (double number : List.of(returns.mean(), returns.std(), returns.min(), returns.max())) {
            if (!Double.isFinite(number)) {
                return Optional.of("returns of " + number);
            }
        }
        return Optional.empty();
    }

    private Optional<String> counts() {
        boolean sound =
                card.episodes() >= 1
                        && card.transitions() >= card.episodes()
                        && card.rows() == card.transitions() + card.episodes();
        return sound
                ? Optional.empty()
                : Optional.of(
                        card.episodes()
                                + " episodes with "
                                + card.transitions()
                                + " transitions in "
                                + card.rows()
                                + " rows");
    }

    private Optional<String> arrays() {
        Map<DatasetField, DatasetField.Layout> wanted =
                DatasetField.of(card.task(), card.separateNext());
        if (!wanted.keySet().equals(card.fields().keySet())) {
            return Optional.of("fields " + card.fields().keySet() + " of " + wanted.keySet());
        }
        return card.fields().entrySet().stream()
                .filter(
                        field ->
                                field.getValue() == null
                                        || !field.getValue().sha256().matches("[0-9a-f]{64}"))
                .map(field -> "no SHA-256 of " + field.getKey().fileName())
                .findFirst();
    }
}
