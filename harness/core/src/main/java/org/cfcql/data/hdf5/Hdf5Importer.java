package org.cfcql.data.hdf5;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.DatasetWriter;
import org.cfcql.data.EpisodeBuffer;
import org.cfcql.data.Provenance;
import org.cfcql.data.TaskCard;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec.TimeoutKind;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.error.UserError;

/**
 * Turns a file of the paper's HDF5 layout (spec 5.1) into a data set of ours: padding is dropped,
 * the action of the slot after the last step is kept, availability becomes bytes. Memory does not
 * grow with the file, and nothing is left behind when the file is refused.
 */
public final class Hdf5Importer {
    /** Note of the card that names the arrays of the file that were not read. */
    public static final String IGNORED = "ignored arrays";

    private static final Pattern PUBLISHED_NAME =
            Pattern.compile("(.+)_(random|medium_replay|medium|expert|mixed)\\.(?:h5|hdf5)");
    private static final Pattern LINE = Pattern.compile("equal_line_(\\d+)");
    private static final Pattern NUMBERED =
            Pattern.compile("(?:equal_line/|toy/consensus-)(\\d{1,6})");
    private static final Set<Hdf5Field> STEP =
            EnumSet.of(
                    Hdf5Field.OBS,
                    Hdf5Field.STATE,
                    Hdf5Field.ACTIONS,
                    Hdf5Field.AVAIL_ACTIONS,
                    Hdf5Field.REWARD);

    private final Path path;
    private final Optional<String> environment;
    private final Optional<String> kind;

    /**
     * Describes an import.
     *
     * @param path the file
     * @param environment environment id; else that of the data set the file was exported from, else
     *     told by a file name such as {@code 2s3z_medium.h5} or {@code equal_line_5_expert.h5}
     * @param kind kind of data; else told in the same ways
     */
    public Hdf5Importer(Path path, Optional<String> environment, Optional<String> kind) {
        this.path = path;
        this.environment = environment;
        this.kind = kind;
    }

    /**
     * Writes the data set.
     *
     * @param target folder that must not exist or be empty
     * @param command the command line, for the card
     * @param harnessVersion version of the harness, for the card
     * @throws UserError if the file is not of this layout, is damaged, or cannot be told apart
     * @throws org.cfcql.error.MachineFault if the disk is full
     */
    public DatasetCard importTo(Path target, List<String> command, String harnessVersion) {
        try (Hdf5Source source = Hdf5Source.open(path)) {
            return importFrom(source, target, command, harnessVersion);
        }
    }

    /** As above, from an open file. */
    DatasetCard importFrom(
            Hdf5Source source, Path target, List<String> command, String harnessVersion) {
        Optional<Hdf5Origin> origin = Hdf5Origin.read(source);
        String name = environment(origin);
        String kindOfData = kind(origin);
        Hdf5Ends ends = Hdf5Ends.read(source, origin, name.startsWith("toy/"));
        TaskCard task = task(source, name, origin, ends.timeoutKind());
        try (DatasetWriter writer = DatasetWriter.create(target, task)) {
            EpisodeReader reader = new EpisodeReader(source, task);
            EpisodeBuffer buffer = new EpisodeBuffer(task);
            for (int episode = 0; episode < ends.lengths().length; episode++) {
                reader.read(episode, ends, buffer);
                writer.append(buffer);
            }
            return writer.finish(
                    kindOfData, provenance(source, task.fingerprint(), command, harnessVersion));
        }
    }

    private Provenance provenance(
            Hdf5Source source, String fingerprint, List<String> command, String version) {
        SortedMap<String, String> notes = new TreeMap<>();
        notes.put("layout", "cfcql-h5, " + (source.chunked() ? "chunked" : "contiguous"));
        if (fingerprint.isEmpty()) {
            notes.put("environment", "as published; not checked against a fingerprint");
        }
        if (!source.ignored().isEmpty()) {
            notes.put(IGNORED, String.join(", ", source.ignored()));
        }
        String file = String.valueOf(path.getFileName());
        return new Provenance("import", file, 0, "", command, version, notes);
    }

    private String environment(Optional<Hdf5Origin> origin) {
        if (environment.isPresent()) {
            return environment.get();
        }
        if (origin.isPresent()) {
            return origin.get().task().environment();
        }
        Matcher published = published();
        Matcher line = LINE.matcher(published.group(1));
        return line.matches() ? "equal_line/" + line.group(1) : "smac/" + published.group(1);
    }

    private String kind(Optional<Hdf5Origin> origin) {
        return kind.or(() -> origin.map(Hdf5Origin::kind))
                .orElseGet(() -> published().group(2).replace('_', '-'));
    }

    private Matcher published() {
        Matcher name = PUBLISHED_NAME.matcher(String.valueOf(path.getFileName()));
        if (!name.matches()) {
            throw new UserError(
                    path
                            + ": expected a name such as 2s3z_medium.h5 that tells map and kind of"
                            + " data, found another; say --environment and --kind");
        }
        return name;
    }

    private static TaskCard task(
            Hdf5Source source, String name, Optional<Hdf5Origin> origin, TimeoutKind timeoutKind) {
        if (origin.isPresent() && origin.get().task().environment().equals(name)) {
            return origin.get().task();
        }
        EpisodeShape shape = source.shape();
        requireAgents(source, name);
        // The state of the toy problem is what its agents see, side by side.
        boolean derived =
                name.startsWith("toy/")
                        && shape.stateSize() == shape.agents() * shape.observationSize();
        return new TaskCard(
                name,
                new TreeMap<>(),
                "",
                new TreeMap<>(Map.of("source", "imported")),
                IntStream.range(0, shape.agents()).mapToObj(agent -> "agent_" + agent).toList(),
                shape.observationSize(),
                shape.stateSize(),
                derived,
                new ActionSpace.Discrete(shape.actions()),
                true,
                shape.episodeLimit(),
                timeoutKind,
                false,
                "team");
    }

    /** The number in ids such as {@code equal_line/5} is that of the agents. */
    private static void requireAgents(Hdf5Source source, String name) {
        Matcher numbered = NUMBERED.matcher(name);
        int found = source.shape().agents();
        if (numbered.matches() && Integer.parseInt(numbered.group(1)) != found) {
            throw new UserError(
                    "%s: expected %s agents as in %s, found %d; say another --environment"
                            .formatted(source.path(), numbered.group(1), name, found));
        }
    }

    /** Reads one episode after the other into a buffer and checks what it reads. */
    private static final class EpisodeReader {
        private final Hdf5Source source;
        private final TaskCard task;
        private final float[] observations;
        private final float[] state;
        private final byte[] available;
        private final int[] actions;

        EpisodeReader(Hdf5Source source, TaskCard task) {
            this.source = source;
            this.task = task;
            EpisodeShape shape = source.shape();
            observations = new float[Hdf5Field.OBS.slotElements(shape)];
            state = new float[Hdf5Field.STATE.slotElements(shape)];
            available = new byte[Hdf5Field.AVAIL_ACTIONS.slotElements(shape)];
            actions = new int[shape.agents()];
        }

        void read(int episode, Hdf5Ends ends, EpisodeBuffer buffer) {
            source.load(episode, STEP);
            int length = ends.lengths()[episode];
            buffer.start(see(episode, 0), 0);
            for (int slot = 0; slot < length; slot++) {
                choose(episode, slot);
                requireAvailable(episode, slot);
                float[] reward = {finite(Hdf5Field.REWARD, episode, slot, 0)};
                boolean last = slot == length - 1;
                buffer.step(
                        new Actions.Discrete(actions),
                        new StepResult(
                                see(episode, slot + 1),
                                reward,
                                flag(last && ends.terminated().get(episode)),
                                flag(last && ends.truncated().get(episode)),
                                Map.of()),
                        0);
            }
            choose(episode, length);
            buffer.chooseInVain(actions);
            requireNoReward(episode, length);
        }

        private Observations see(int episode, int slot) {
            fill(Hdf5Field.OBS, observations, episode, slot);
            fill(Hdf5Field.STATE, state, episode, slot);
            if (task.stateIsObservations()) {
                requireSame(episode, slot);
            }
            for (int index = 0; index < available.length; index++) {
                double value = source.value(Hdf5Field.AVAIL_ACTIONS, episode, slot, index);
                if (value != 0 && value != 1) {
                    throw refuse(Hdf5Field.AVAIL_ACTIONS, episode, slot, "0 or 1", value);
                }
                available[index] = (byte) value;
            }
            return new Observations(1, observations, state, available);
        }

        private void fill(Hdf5Field field, float[] target, int episode, int slot) {
            for (int index = 0; index < target.length; index++) {
                target[index] = finite(field, episode, slot, index);
            }
        }

        private float finite(Hdf5Field field, int episode, int slot, int index) {
            float value = (float) source.value(field, episode, slot, index);
            if (!Float.isFinite(value)) {
                throw refuse(field, episode, slot, "finite numbers", value);
            }
            return value;
        }

        private void choose(int episode, int slot) {
            int count = source.shape().actions();
            for (int agent = 0; agent < actions.length; agent++) {
                double action = source.value(Hdf5Field.ACTIONS, episode, slot, agent);
                if (action < 0 || action >= count || action != Math.rint(action)) {
                    String expected = "numbers from 0 to " + (count - 1);
                    throw refuse(Hdf5Field.ACTIONS, episode, slot, expected, action);
                }
                actions[agent] = (int) action;
            }
        }

        /** The action after the last step is exempt: it was never executed. */
        private void requireAvailable(int episode, int slot) {
            int count = source.shape().actions();
            for (int agent = 0; agent < actions.length; agent++) {
                if (available[agent * count + actions[agent]] == 0) {
                    throw new UserError(
                            "%s: expected available actions in 'actions' of episode %d slot %d,"
                                            .formatted(source.path(), episode, slot)
                                    + " found action %d of agent %d, which 'avail_actions' forbids;"
                                            .formatted(actions[agent], agent)
                                    + " nothing was imported");
                }
            }
        }

        private void requireNoReward(int episode, int slot) {
            float reward = finite(Hdf5Field.REWARD, episode, slot, 0);
            if (reward != 0) {
                String expected = "0 after the last step";
                throw refuse(Hdf5Field.REWARD, episode, slot, expected, reward);
            }
        }

        private void requireSame(int episode, int slot) {
            for (int index = 0; index < state.length; index++) {
                if (state[index] != observations[index]) {
                    String expected = "the observations side by side, as " + task.environment();
                    throw refuse(Hdf5Field.STATE, episode, slot, expected, state[index]);
                }
            }
        }

        private UserError refuse(
                Hdf5Field field, int episode, int slot, String expected, double found) {
            return new UserError(
                    "%s: expected %s in '%s' of episode %d slot %d, found %s; nothing was imported"
                            .formatted(source.path(), expected, field.key(), episode, slot, found));
        }

        private static byte[] flag(boolean set) {
            return new byte[] {(byte) (set ? 1 : 0)};
        }
    }
}
