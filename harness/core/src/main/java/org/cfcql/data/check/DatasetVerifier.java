package org.cfcql.data.check;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.data.CardFile;
import org.cfcql.data.ContentHash;
import org.cfcql.data.Cut;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetField;
import org.cfcql.data.FieldCard;
import org.cfcql.data.ReturnStatistics;
import org.cfcql.data.TaskCard;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.data.npy.NpyType;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;

/**
 * Checks every byte of a data set against its card and against what a data set must be: shapes,
 * hashes, finite numbers, bounds of actions, borders of episodes, returns, repeated episodes.
 */
public final class DatasetVerifier {
    /** Returns are recomputed from the stored numbers; only the order of additions may differ. */
    private static final double RETURN_TOLERANCE = 1e-6;

    /** What a repeated episode is measured by. */
    static final String ONCE = "every episode once";

    private static final int ROWS_AT_ONCE = 4096;

    private final Dataset dataset;
    private final DatasetCard card;
    private final TaskCard task;
    private final ProblemList problems = new ProblemList();

    private DatasetVerifier(Dataset dataset) {
        this.dataset = dataset;
        this.card = dataset.card();
        this.task = card.task();
    }

    /**
     * All problems of a data set, a few of each sort.
     *
     * @param repetitionsAllowed whether an episode may stand there twice, as it will where a task
     *     has few starts and few actions
     * @throws UserError if there is no card, or one of a newer form, so that there is nothing to
     *     check against
     */
    public static List<Problem> verify(Path folder, boolean repetitionsAllowed) {
        DatasetCard card = CardFile.read(folder);
        Dataset dataset;
        try {
            dataset = Dataset.open(folder);
        } catch (UserError damaged) {
            return List.of(structural(folder, card, damaged));
        }
        DatasetVerifier verifier = new DatasetVerifier(dataset);
        verifier.checkHashes();
        verifier.checkFinite();
        verifier.checkBorders();
        verifier.checkLimit();
        verifier.checkActions();
        verifier.checkAvailability();
        verifier.checkReturns();
        if (!repetitionsAllowed) {
            verifier.checkRepetitions();
        }
        return verifier.problems.toList();
    }

    /**
     * What is no problem of a sound data set and should be known of it, a sentence each: how its
     * episodes end, where that is told by nothing but somebody else's flags.
     */
    public static List<String> remarks(Dataset dataset) {
        return new ImportDoubts(dataset, EpisodeEnds.of(dataset)).remarks();
    }

    /**
     * Refuses a data set that holds NaN or an infinity; the quick check before training.
     *
     * @throws UserError that names the first file and row
     */
    public static void requireFinite(Dataset dataset) {
        DatasetVerifier verifier = new DatasetVerifier(dataset);
        verifier.checkFinite();
        List<Problem> found = verifier.problems.toList();
        if (!found.isEmpty()) {
            throw new UserError(
                    dataset.folder().resolve(found.get(0).toString())
                            + "; see cfcql data verify "
                            + dataset.folder());
        }
    }

    private static Problem structural(Path folder, DatasetCard card, UserError damaged) {
        for (DatasetField field : card.fields().keySet()) {
            if (!Files.exists(folder.resolve(field.fileName()))) {
                return Problem.of(field.fileName(), "a file as the card lists it", "none");
            }
        }
        String message = damaged.getMessage().replace(folder + "/", "");
        int middle = message.indexOf(": expected ");
        int end = message.indexOf(", found ");
        if (middle < 0 || end < middle) {
            return Problem.of(DatasetCard.FILE_NAME, "a data set that opens", message);
        }
        return Problem.of(
                message.substring(0, middle),
                message.substring(middle + ": expected ".length(), end),
                message.substring(end + ", found ".length()));
    }

    private void checkHashes() {
        Map<DatasetField, FieldCard> found = new TreeMap<>();
        card.fields()
                .forEach(
                        (field, stored) -> {
                            String hash =
                                    ContentHash.ofFile(dataset.folder().resolve(field.fileName()));
                            found.put(field, new FieldCard(stored.type(), stored.shape(), hash));
                            if (!hash.equals(stored.sha256())) {
                                problems.add(
                                        field.fileName(), -1, "SHA-256 " + stored.sha256(), hash);
                            }
                        });
        if (!ContentHash.ofFields(card.fields()).equals(card.hash())) {
            problems.add(
                    DatasetCard.FILE_NAME,
                    -1,
                    "hash " + ContentHash.ofFields(card.fields()) + " of the fields it lists",
                    card.hash());
        }
    }

    private void checkFinite() {
        dataset.files()
                .forEach(
                        (field, file) -> {
                            if (file.type() == NpyType.FLOAT32) {
                                checkFinite(field, file);
                            }
                        });
    }

    private void checkFinite(DatasetField field, NpyFile file) {
        int width = file.rowElements();
        float[] values = new float[ROWS_AT_ONCE * width];
        FloatBuffer buffer = FloatBuffer.wrap(values);
        for (long start = 0; start < file.rows(); start += ROWS_AT_ONCE) {
            OrderlyEnd.safePlace();
            int rows = (int) Math.min(ROWS_AT_ONCE, file.rows() - start);
            file.copyFloats(start, rows, buffer, 0);
            for (int index = 0; index < rows * width; index++) {
                if (!Float.isFinite(values[index])) {
                    problems.add(
                            field.fileName(),
                            start + index / width,
                            "finite numbers",
                            String.valueOf(values[index]));
                }
            }
        }
    }

    private void checkBorders() {
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            OrderlyEnd.safePlace();
            long first = dataset.firstRow(episode);
            int length = dataset.length(episode);
            if (length > task.episodeLimit()) {
                problems.add(
                        DatasetField.EPISODE_OFFSETS.fileName(),
                        episode,
                        "episodes of at most " + task.episodeLimit() + " steps",
                        length + " steps");
            }
            boolean ended = false;
            for (int row = 0; row <= length; row++) {
                boolean last = row == length - 1;
                ended |= checkFlag(DatasetField.TERMINATED, first + row, last);
                ended |= checkFlag(DatasetField.TRUNCATED, first + row, last);
            }
            if (!ended) {
                problems.add(
                        DatasetField.TERMINATED.fileName(),
                        first + length - 1,
                        "the last step of an episode to be terminated or truncated",
                        "neither");
            }
            checkFinalRow(first + length);
        }
    }

    private void checkLimit() {
        new ImportDoubts(dataset, EpisodeEnds.of(dataset))
                .contradiction()
                .ifPresent(
                        found -> problems.add(found.file(), -1, found.expected(), found.found()));
    }

    private boolean checkFlag(DatasetField field, long row, boolean mayBeSet) {
        int flag = dataset.file(field).byteAt(row) & 0xFF;
        boolean sound = field == DatasetField.TRUNCATED ? Cut.isMark(flag) : flag <= 1;
        if (!sound) {
            problems.add(field.fileName(), row, "0 or 1", String.valueOf(flag));
        } else if (flag != 0 && !mayBeSet) {
            problems.add(
                    field.fileName(),
                    row,
                    "0 before the last step of an episode",
                    String.valueOf(flag));
        }
        return sound && flag != 0 && mayBeSet;
    }

    private void checkFinalRow(long row) {
        requireZero(DatasetField.REWARDS, row);
        if (task.actionSpace() instanceof ActionSpace.Box) {
            requireZero(DatasetField.ACTIONS, row);
        }
    }

    private void requireZero(DatasetField field, long row) {
        NpyFile file = dataset.file(field);
        for (int column = 0; column < file.rowElements(); column++) {
            double value = file.value(row, column);
            if (value != 0) {
                problems.add(
                        field.fileName(),
                        row,
                        "0 in the row of the final observation",
                        String.valueOf(value));
                return;
            }
        }
    }

    private void checkActions() {
        NpyFile actions = dataset.file(DatasetField.ACTIONS);
        boolean box = task.actionSpace() instanceof ActionSpace.Box;
        double low = task.actionSpace() instanceof ActionSpace.Box bounds ? bounds.low() : 0;
        double high =
                task.actionSpace() instanceof ActionSpace.Box bounds
                        ? bounds.high()
                        : task.actionSpace().size() - 1;
        for (long row = 0; row < actions.rows(); row++) {
            OrderlyEnd.safePlace();
            for (int column = 0; column < actions.rowElements(); column++) {
                double value = actions.value(row, column);
                if (value < low || value > high) {
                    problems.add(
                            DatasetField.ACTIONS.fileName(),
                            row,
                            "actions between " + low + " and " + high,
                            String.valueOf(value));
                } else if (!box && !isAvailable(row, column, (int) value)) {
                    problems.add(
                            DatasetField.ACTIONS.fileName(),
                            row,
                            "available actions",
                            "action " + (int) value + " of agent " + column);
                }
            }
        }
    }

    private boolean isAvailable(long row, int agent, int action) {
        NpyFile available = dataset.file(DatasetField.AVAILABLE_ACTIONS);
        return available == null
                || available.value(row, (long) agent * task.actionSpace().size() + action) != 0
                || dataset.isFinalRow(row);
    }

    /** Masks hold 0 and 1, and every agent has something to choose from. */
    private void checkAvailability() {
        NpyFile available = dataset.file(DatasetField.AVAILABLE_ACTIONS);
        if (available == null) {
            return;
        }
        int width = task.actionSpace().size();
        for (long row = 0; row < available.rows(); row++) {
            OrderlyEnd.safePlace();
            for (int agent = 0; agent < task.agents().size(); agent++) {
                double sum = 0;
                for (int action = 0; action < width; action++) {
                    double flag = available.value(row, (long) agent * width + action);
                    sum += flag;
                    if (flag > 1) {
                        problems.add(
                                DatasetField.AVAILABLE_ACTIONS.fileName(),
                                row,
                                "0 or 1",
                                String.format(
                                        Locale.ROOT,
                                        "%.0f for action %d of agent %d",
                                        flag,
                                        action,
                                        agent));
                    }
                }
                // Also in a final row: learners take a maximum over what is available there.
                if (sum == 0) {
                    problems.add(
                            DatasetField.AVAILABLE_ACTIONS.fileName(),
                            row,
                            "an available action for every agent",
                            "none for agent " + agent);
                }
            }
        }
    }

    private void checkReturns() {
        ReturnStatistics found = ReturnStatistics.of(DatasetInspection.wholeReturns(dataset));
        checkReturn("mean", card.returns().mean(), found.mean());
        checkReturn("sample deviation", card.returns().std(), found.std());
        checkReturn("smallest", card.returns().min(), found.min());
        checkReturn("largest", card.returns().max(), found.max());
    }

    private void checkReturn(String name, double stored, double found) {
        double scale = Math.max(1, Math.abs(stored));
        if (!(Math.abs(stored - found) <= RETURN_TOLERANCE * scale)) {
            problems.add(
                    DatasetField.REWARDS.fileName(),
                    -1,
                    name + " return " + stored + " as the card says",
                    String.valueOf(found));
        }
    }

    /** Two episodes are the same if all that was seen and done in them is. */
    private void checkRepetitions() {
        Map<EpisodeDigest, Integer> seen = new HashMap<>();
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            OrderlyEnd.safePlace();
            Integer earlier = seen.putIfAbsent(EpisodeDigest.of(dataset, episode), episode);
            if (earlier != null) {
                problems.add(
                        DatasetField.EPISODE_OFFSETS.fileName(),
                        episode,
                        ONCE,
                        "episode " + earlier + " again");
            }
        }
    }
}
