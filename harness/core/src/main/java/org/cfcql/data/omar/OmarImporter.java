package org.cfcql.data.omar;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;

/**
 * Turns a folder of OMAR's layout ({@code obs_i.npy}, {@code acs_i.npy}, ...; spec 5.2) into a data
 * set of ours.
 *
 * <p>That layout stores no borders of episodes: an episode ends at a done flag, at the task's limit
 * or with the data. Where done flags stand at the limit and nowhere else, they are the time limit:
 * they are stored as truncations of a task whose limit is terminal, because that is what the
 * published learners make of them. All zero (as in MPE), the limit truncates and learners bootstrap
 * through it.
 */
public final class OmarImporter {
    private static final String DONE_IS_TIME_LIMIT = "done_is_time_limit";

    private final OmarFiles files;
    private final OmarTask known;
    private final String kind;
    private final int limit;

    /**
     * Reads a source folder.
     *
     * @param source folder that holds {@code obs_0.npy}
     * @param environment name of the task; else taken from the path {@code
     *     .../TASK/KIND/seed_K_data}
     * @param kind kind of data; else taken from the path
     * @param episodeLimit steps of an episode; else those of the task, which must be one of OMAR's
     * @throws UserError if files are missing or damaged, or the task or kind cannot be told
     */
    public OmarImporter(
            Path source,
            Optional<String> environment,
            Optional<String> kind,
            Optional<Integer> episodeLimit) {
        Path folder = source.toAbsolutePath().normalize();
        int agents = OmarFiles.agentsIn(folder);
        if (agents == 0) {
            throw new UserError(
                    source
                            + ": expected OMAR's layout with obs_0.npy, found "
                            + (Files.isDirectory(folder) ? "no such file" : "no such folder"));
        }
        String name = environment.orElseGet(() -> ancestor(folder, 2));
        known = OmarTask.of(name).orElseGet(() -> other(environment, name, agents, episodeLimit));
        limit = episodeLimit.orElse(known.episodeLimit());
        this.kind = kind.orElseGet(() -> ancestor(folder, 1));
        if (this.kind.isEmpty()) {
            throw new UserError(
                    source
                            + ": expected a path .../TASK/KIND/seed_K_data, found another; say"
                            + " --kind");
        }
        files = new OmarFiles(folder, known.agents().size());
    }

    private static OmarTask other(
            Optional<String> environment, String name, int agents, Optional<Integer> limit) {
        if (environment.isEmpty() || limit.isEmpty()) {
            throw new UserError(
                    "expected a task among %s, found '%s'; say --environment and --episode-limit"
                            .formatted(String.join(", ", OmarTask.names()), name));
        }
        List<String> names =
                IntStream.range(0, agents).mapToObj(agent -> "agent_" + agent).toList();
        return new OmarTask(name, name, names, limit.get());
    }

    private static String ancestor(Path folder, int levels) {
        int index = folder.getNameCount() - 1 - levels;
        return index < 0 ? "" : folder.getName(index).toString();
    }

    /**
     * Writes the data set.
     *
     * @param target folder that must not exist or be empty
     * @param command the command line, for the card
     * @param harnessVersion version of the harness, for the card
     */
    public DatasetCard importTo(Path target, List<String> command, String harnessVersion) {
        requireEndsWithinLimit();
        boolean doneIsTimeLimit = doneIsTimeLimit();
        TaskCard task = task(doneIsTimeLimit);
        boolean separateNext = nextIsElsewhere();
        try (DatasetWriter writer = DatasetWriter.create(target, task, separateNext)) {
            EpisodeBuffer episode = new EpisodeBuffer(task);
            for (long row = 0; row < files.rows; ) {
                row = read(row, episode, task, doneIsTimeLimit, separateNext);
                writer.append(episode);
            }
            SortedMap<String, String> notes = new TreeMap<>();
            notes.put("layout", "OMAR .npy");
            notes.put(DONE_IS_TIME_LIMIT, String.valueOf(doneIsTimeLimit));
            notes.put("environment", "as published; not checked against a fingerprint");
            String policy = known.folder() + "/" + kind + "/" + files.folder.getFileName();
            return writer.finish(
                    kind, new Provenance("import", policy, 0, "", command, harnessVersion, notes));
        }
    }

    /** Fills the buffer with the episode that starts at a row; returns the row after it. */
    private long read(
            long start,
            EpisodeBuffer episode,
            TaskCard task,
            boolean doneIsTimeLimit,
            boolean separateNext) {
        episode.start(seen(files.observations, files.state, start, task), 0);
        for (long row = start; ; row++) {
            boolean last = endsAt(start, row);
            boolean terminated = isDone(row) && !doneIsTimeLimit;
            Observations next = seen(files.nextObservations, files.nextState, row, task);
            Observations following =
                    last ? next : seen(files.observations, files.state, row + 1, task);
            episode.step(
                    new Actions.Continuous(OmarFiles.row(files.actions, row)),
                    new StepResult(
                            following,
                            rewards(row, task),
                            flag(terminated),
                            flag(last && !terminated),
                            Map.of()),
                    0);
            if (separateNext) {
                episode.next(next.observations(), next.state());
            }
            if (last) {
                return row + 1;
            }
        }
    }

    private boolean endsAt(long start, long row) {
        return isDone(row) || row - start + 1 == limit || row == files.rows - 1;
    }

    private boolean isDone(long row) {
        double done = files.dones.get(0).value(row, 0);
        for (NpyFile other : files.dones) {
            if (other.value(row, 0) != done || done != 0 && done != 1) {
                throw new UserError(
                        "%s row %d: expected 0 or 1 and the same for all agents, found %s and %s"
                                .formatted(other.path(), row, done, other.value(row, 0)));
            }
        }
        return done != 0;
    }

    /**
     * Done flags that stand equally far apart, beyond the limit, are the limit of whoever collected
     * the data. Cut at ours, each episode would become two.
     */
    private void requireEndsWithinLimit() {
        long ends = 0;
        long length = 0;
        long start = 0;
        for (long row = 0; row < files.rows; row++) {
            OrderlyEnd.safePlace();
            if (!isDone(row)) {
                continue;
            }
            long found = row - start + 1;
            if (ends > 0 && found != length) {
                return;
            }
            length = found;
            start = row + 1;
            ends++;
        }
        if (ends > 1 && length > limit && length % limit != 0) {
            throw new UserError(
                    ("%s: expected done flags within the episode limit of %s, which is %d steps,"
                         + " found all %d of them %d steps apart; say --episode-limit %d if"
                         + " episodes of this copy are so long")
                            .formatted(
                                    files.folder,
                                    known.environment(),
                                    limit,
                                    ends,
                                    length,
                                    length));
        }
    }

    private boolean doneIsTimeLimit() {
        boolean any = false;
        long start = 0;
        for (long row = 0; row < files.rows; row++) {
            OrderlyEnd.safePlace();
            if (isDone(row)) {
                if (row - start + 1 != limit) {
                    return false;
                }
                any = true;
            }
            if (endsAt(start, row)) {
                start = row + 1;
            }
        }
        return any;
    }

    /** Whether a next observation within an episode differs from the row after. */
    private boolean nextIsElsewhere() {
        long start = 0;
        for (long row = 0; row < files.rows; row++) {
            OrderlyEnd.safePlace();
            if (endsAt(start, row)) {
                start = row + 1;
                continue;
            }
            boolean same =
                    Arrays.equals(
                            OmarFiles.row(files.nextObservations, row),
                            OmarFiles.row(files.observations, row + 1));
            if (files.state != null) {
                same &=
                        Arrays.equals(
                                OmarFiles.row(List.of(files.nextState), row),
                                OmarFiles.row(List.of(files.state), row + 1));
            }
            if (!same) {
                return true;
            }
        }
        return false;
    }

    private TaskCard task(boolean doneIsTimeLimit) {
        int observationSize = files.observations.get(0).rowElements();
        boolean derived = files.state == null;
        boolean perAgent = rewardsDiffer();
        return new TaskCard(
                known.environment(),
                new TreeMap<>(),
                "",
                new TreeMap<>(Map.of("source", "imported")),
                known.agents(),
                observationSize,
                derived ? known.agents().size() * observationSize : files.state.rowElements(),
                derived,
                new ActionSpace.Box(files.actions.get(0).rowElements(), -1, 1),
                false,
                limit,
                doneIsTimeLimit ? TimeoutKind.TERMINAL : TimeoutKind.TRUNCATION,
                perAgent,
                perAgent ? "mean" : "team");
    }

    private boolean rewardsDiffer() {
        for (long row = 0; row < files.rows; row++) {
            for (NpyFile rewards : files.rewards) {
                if (rewards.value(row, 0) != files.rewards.get(0).value(row, 0)) {
                    return true;
                }
            }
        }
        return false;
    }

    private float[] rewards(long row, TaskCard task) {
        return OmarFiles.row(
                task.perAgentReward() ? files.rewards : files.rewards.subList(0, 1), row);
    }

    private static Observations seen(
            List<NpyFile> observations, NpyFile state, long row, TaskCard task) {
        float[] all = OmarFiles.row(observations, row);
        float[] stateRow = task.stateIsObservations() ? all : OmarFiles.row(List.of(state), row);
        return new Observations(1, all, stateRow, new byte[0]);
    }

    private static byte[] flag(boolean set) {
        return new byte[] {(byte) (set ? 1 : 0)};
    }
}
