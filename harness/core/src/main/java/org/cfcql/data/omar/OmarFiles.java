package org.cfcql.data.omar;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.error.UserError;

/**
 * The arrays of a folder in OMAR's layout, one per agent, in whatever element type and order they
 * were stored. Checked: that all have the same number of rows and agents the same widths.
 */
final class OmarFiles {
    final Path folder;
    final List<NpyFile> observations;
    final List<NpyFile> nextObservations;
    final List<NpyFile> actions;
    final List<NpyFile> rewards;
    final List<NpyFile> dones;

    /** State and next state; both null where the state is the observations. */
    final NpyFile state;

    final NpyFile nextState;
    final long rows;

    /**
     * Opens the files of the learned agents.
     *
     * @throws UserError if one is missing, damaged or of another shape
     */
    OmarFiles(Path folder, int agents) {
        this.folder = folder;
        observations = open("obs", agents);
        nextObservations = open("next_obs", agents);
        actions = open("acs", agents);
        rewards = open("rews", agents);
        dones = open("dones", agents);
        boolean hasState = Files.exists(folder.resolve("states_0.npy"));
        state = hasState ? NpyFile.open(folder.resolve("states_0.npy")) : null;
        nextState = hasState ? NpyFile.open(folder.resolve("next_states_0.npy")) : null;
        rows = observations.get(0).rows();
        List<NpyFile> all = new ArrayList<>(observations);
        all.addAll(nextObservations);
        requireWidth(all, observations.get(0).rowElements());
        requireWidth(actions, actions.get(0).rowElements());
        requireWidth(rewards, 1);
        requireWidth(dones, 1);
        if (hasState) {
            requireWidth(List.of(state, nextState), state.rowElements());
        }
    }

    /** Number of agents that a folder has observations of. */
    static int agentsIn(Path folder) {
        int agents = 0;
        while (Files.exists(folder.resolve("obs_" + agents + ".npy"))) {
            agents++;
        }
        return agents;
    }

    private List<NpyFile> open(String name, int agents) {
        List<NpyFile> files = new ArrayList<>();
        for (int agent = 0; agent < agents; agent++) {
            files.add(NpyFile.open(folder.resolve(name + "_" + agent + ".npy")));
        }
        return files;
    }

    private void requireWidth(List<NpyFile> files, int width) {
        for (NpyFile file : files) {
            if (file.rows() != rows || file.rowElements() != width || file.shape().length > 2) {
                throw new UserError(
                        "%s: expected %d rows of %d numbers as %s has, found %d rows of %d"
                                .formatted(
                                        file.path(),
                                        rows,
                                        width,
                                        files.get(0).path().getFileName(),
                                        file.rows(),
                                        file.rowElements()));
            }
        }
    }

    /** One row of all agents side by side, rounded to single precision. */
    static float[] row(List<NpyFile> files, long row) {
        int width = files.get(0).rowElements();
        float[] values = new float[files.size() * width];
        for (int agent = 0; agent < files.size(); agent++) {
            NpyFile file = files.get(agent);
            for (int column = 0; column < width; column++) {
                float value = (float) file.value(row, column);
                if (!Float.isFinite(value)) {
                    throw new UserError(
                            "%s row %d: expected finite numbers, found %s; nothing was imported"
                                    .formatted(file.path(), row, value));
                }
                values[agent * width + column] = value;
            }
        }
        return values;
    }
}
