package org.cfcql.run;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cfcql.data.TaskCard;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.random.RandomStream;

/** Episodes of three steps of the fixtures' discrete task; whoever plays action 2 wins. */
final class FixtureEnvironment implements VectorEnvironment {
    private static final int STEPS = 3;

    private final TaskCard task;
    private final int rows;
    private final int[] steps;
    private final RandomStream[] streams;

    FixtureEnvironment(TaskCard task, int rows) {
        this.task = task;
        this.rows = rows;
        steps = new int[rows];
        streams = new RandomStream[rows];
        Arrays.setAll(streams, RandomStream::new);
    }

    @Override
    public EnvironmentSpec spec() {
        return new EnvironmentSpec(
                task.environment(),
                task.agents(),
                task.observationSize(),
                task.stateSize(),
                task.stateIsObservations(),
                task.actionSpace(),
                task.masked(),
                task.episodeLimit(),
                task.timeoutKind(),
                false,
                "team",
                List.of("battle_won"),
                "per_episode",
                "bitwise",
                task.fingerprint(),
                task.ingredients());
    }

    @Override
    public int environments() {
        return rows;
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        for (int row = 0; row < rows; row++) {
            if (mask[row]) {
                steps[row] = 0;
                streams[row] = new RandomStream(seeds[row]);
            }
        }
        return seen();
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        int[] chosen = ((Actions.Discrete) actions).values();
        int agents = task.agents().size();
        float[] rewards = new float[rows];
        byte[] ended = new byte[rows];
        double[] won = new double[rows];
        for (int row = 0; row < rows; row++) {
            if (active[row]) {
                steps[row]++;
                won[row] = chosen[row * agents] == 2 || streams[row].nextInt(2) == 0 ? 1 : 0;
                rewards[row] = (float) won[row];
                ended[row] = (byte) (steps[row] == STEPS ? 1 : 0);
            }
        }
        return new StepResult(seen(), rewards, ended, new byte[rows], Map.of("battle_won", won));
    }

    private Observations seen() {
        int agents = task.agents().size();
        float[] observations = new float[rows * agents * task.observationSize()];
        float[] state = new float[rows * task.stateSize()];
        for (int row = 0; row < rows; row++) {
            float number = streams[row].nextInt(3);
            int width = agents * task.observationSize();
            Arrays.fill(observations, row * width, (row + 1) * width, number);
        }
        byte[] available = new byte[rows * agents * task.actionSpace().size()];
        Arrays.fill(available, (byte) 1);
        return new Observations(rows, observations, state, available);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
