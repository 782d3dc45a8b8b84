package org.cfcql.data.omar;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetField;
import org.cfcql.data.DoneConvention;
import org.cfcql.data.PartialFolder;
import org.cfcql.data.TaskCard;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.data.npy.NpyType;
import org.cfcql.data.npy.NpyWriter;
import org.cfcql.env.ActionSpace;
import org.cfcql.error.OrderlyEnd;
import org.cfcql.error.UserError;

/**
 * Writes a data set in OMAR's layout (spec 5.2), single precision: per agent {@code obs_i}, {@code
 * acs_i}, {@code rews_i}, {@code next_obs_i}, {@code dones_i}, and {@code states_i}, {@code
 * next_states_i} where the state is not the observations. Done flags are those the paper's learners
 * see.
 */
public final class OmarExporter {
    private final Dataset dataset;
    private final TaskCard task;
    private final List<NpyWriter> opened = new ArrayList<>();

    private OmarExporter(Dataset dataset) {
        this.dataset = dataset;
        this.task = dataset.card().task();
    }

    /**
     * Writes the files.
     *
     * @param target folder that must not exist or be empty
     * @throws UserError if the data set has discrete actions or the folder is in use
     * @throws org.cfcql.error.MachineFault if the disk is full
     */
    public static void export(Dataset dataset, Path target) {
        OmarExporter exporter = new OmarExporter(dataset);
        if (!(exporter.task.actionSpace() instanceof ActionSpace.Box)) {
            throw new UserError(
                    dataset.folder()
                            + ": expected continuous actions, which OMAR's layout is for, found"
                            + " discrete ones");
        }
        try (PartialFolder folder = PartialFolder.create(target)) {
            try {
                exporter.write(folder.path());
                folder.publish();
            } catch (IOException e) {
                throw PartialFolder.failure(target, e);
            } finally {
                exporter.closeAll();
            }
        }
    }

    private void write(Path folder) throws IOException {
        int actionSize = task.actionSpace().size();
        NpyFile observations = dataset.file(DatasetField.OBSERVATIONS);
        NpyFile state = dataset.file(DatasetField.STATE);
        NpyFile next = dataset.file(DatasetField.NEXT_OBSERVATIONS);
        NpyFile nextState = dataset.file(DatasetField.NEXT_STATE);
        for (int agent = 0; agent < task.agents().size(); agent++) {
            int width = task.observationSize();
            Part seen = new Part(observations, agent * width, width, 0);
            Part nextSeen =
                    next == null
                            ? new Part(observations, agent * width, width, 1)
                            : new Part(next, agent * width, width, 0);
            NpyFile actions = dataset.file(DatasetField.ACTIONS);
            int rewardAt = task.perAgentReward() ? agent : 0;
            write(folder, "obs_" + agent, seen, width);
            write(folder, "next_obs_" + agent, nextSeen, width);
            Part acted = new Part(actions, agent * actionSize, actionSize, 0);
            write(folder, "acs_" + agent, acted, actionSize);
            NpyFile rewards = dataset.file(DatasetField.REWARDS);
            write(folder, "rews_" + agent, new Part(rewards, rewardAt, 1, 0));
            writeDones(folder, "dones_" + agent);
            if (state != null) {
                int stateSize = task.stateSize();
                Part now = new Part(state, 0, stateSize, 0);
                Part then =
                        nextState == null
                                ? new Part(state, 0, stateSize, 1)
                                : new Part(nextState, 0, stateSize, 0);
                write(folder, "states_" + agent, now, stateSize);
                write(folder, "next_states_" + agent, then, stateSize);
            }
        }
    }

    /**
     * Columns of an array.
     *
     * @param file array
     * @param start first column of the flattened row
     * @param width number of columns
     * @param ahead rows after the one of the transition
     */
    private record Part(NpyFile file, int start, int width, int ahead) {}

    private void write(Path folder, String name, Part part, long... rowShape) throws IOException {
        NpyWriter writer = open(folder, name, rowShape);
        float[] row = new float[part.file().rowElements()];
        float[] columns = new float[part.width()];
        FloatBuffer buffer = FloatBuffer.wrap(row);
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            OrderlyEnd.safePlace();
            long first = dataset.firstRow(episode) + part.ahead();
            for (int step = 0; step < dataset.length(episode); step++) {
                part.file().copyFloats(first + step, 1, buffer, 0);
                System.arraycopy(row, part.start(), columns, 0, part.width());
                writer.write(columns, part.width());
            }
        }
        writer.finish();
    }

    private void writeDones(Path folder, String name) throws IOException {
        NpyWriter writer = open(folder, name);
        NpyFile terminated = dataset.file(DatasetField.TERMINATED);
        NpyFile truncated = dataset.file(DatasetField.TRUNCATED);
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            long first = dataset.firstRow(episode);
            for (long row = first; row < first + dataset.length(episode); row++) {
                boolean done =
                        DoneConvention.PAPER.isDone(
                                task.timeoutKind(), terminated.byteAt(row), truncated.byteAt(row));
                writer.write(new float[] {done ? 1 : 0}, 1);
            }
        }
        writer.finish();
    }

    private NpyWriter open(Path folder, String name, long... rowShape) throws IOException {
        NpyWriter writer = new NpyWriter(folder.resolve(name + ".npy"), NpyType.FLOAT32, rowShape);
        opened.add(writer);
        return writer;
    }

    private void closeAll() {
        for (NpyWriter writer : opened) {
            try {
                writer.close();
            } catch (IOException e) {
                throw PartialFolder.failure(dataset.folder(), e);
            }
        }
    }
}
