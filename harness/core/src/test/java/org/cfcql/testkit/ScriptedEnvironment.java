package org.cfcql.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.EpisodesVoid;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;

/**
 * An environment in memory: one game per row, and everything that is the same for all games. A row
 * that is stepped without a running episode fails the test. Rows that take no part hold what nobody
 * may read: NaN, where the actions are vectors; with numbered actions, for which something must be
 * available, what they showed last.
 */
public final class ScriptedEnvironment implements VectorEnvironment {
    /** The game of one row. */
    public interface Game {
        /** Starts an episode. */
        void begin(long seed);

        /**
         * One step.
         *
         * @param own the row's actions, {@code [agent]} or {@code [agent, dimension]}
         */
        Turn play(Actions own);

        /** What agents see now. */
        View look();
    }

    /**
     * What a step brought.
     *
     * @param rewards one of the team, or one per agent
     * @param info by the names of the specification
     */
    public record Turn(
            float[] rewards, boolean terminated, boolean truncated, Map<String, Double> info) {}

    /**
     * What agents see.
     *
     * @param observations {@code [agent, observation]}
     * @param state {@code [state]}; not read where the specification says that the observations are
     *     the state
     * @param available {@code [agent, action]}; empty without masks
     */
    public record View(float[] observations, float[] state, byte[] available) {
        /** Where the observations are the state and every action is available. */
        public static View of(float[] observations) {
            return new View(observations, observations, new byte[0]);
        }
    }

    /** Which calls lose all running episodes. */
    public interface Losses {
        /** None. */
        Losses NEVER = (calls, steps, stepping) -> false;

        /**
         * Asked at the beginning of each call.
         *
         * @param calls of reset and step so far, this one included
         * @param steps calls of step so far, this one included
         * @param stepping whether this is one
         */
        boolean strike(int calls, int steps, boolean stepping);
    }

    private final EnvironmentSpec spec;
    private final List<Game> games = new ArrayList<>();
    private final Losses losses;
    private final boolean[] running;
    private final View[] shown;
    private int calls;
    private int steps;
    private int lost;

    /**
     * So many rows of a game.
     *
     * @param game makes the game of a row
     */
    public ScriptedEnvironment(
            EnvironmentSpec spec, int rows, Losses losses, Supplier<? extends Game> game) {
        this.spec = spec;
        this.losses = losses;
        running = new boolean[rows];
        shown = new View[rows];
        for (int row = 0; row < rows; row++) {
            games.add(game.get());
            shown[row] = nothing();
        }
    }

    private View nothing() {
        int agents = spec.agents().size();
        byte[] available = new byte[spec.masked() ? agents * spec.actionSpace().size() : 0];
        Arrays.fill(available, (byte) 1);
        return new View(
                new float[agents * spec.observationSize()], new float[spec.stateSize()], available);
    }

    /** How often episodes were lost. */
    public int losses() {
        return lost;
    }

    @Override
    public EnvironmentSpec spec() {
        return spec;
    }

    @Override
    public int environments() {
        return running.length;
    }

    @Override
    public Observations reset(boolean[] mask, long[] seeds) {
        loseSometimes(false);
        for (int row = 0; row < running.length; row++) {
            if (mask[row]) {
                games.get(row).begin(seeds[row]);
                running[row] = true;
            }
        }
        return look(mask);
    }

    @Override
    public StepResult step(Actions actions, boolean[] active) {
        steps++;
        loseSometimes(true);
        int rows = running.length;
        int perRow = spec.perAgentReward() ? spec.agents().size() : 1;
        float[] rewards = new float[rows * perRow];
        byte[] terminated = new byte[rows];
        byte[] truncated = new byte[rows];
        Map<String, double[]> info = new LinkedHashMap<>();
        spec.infoNames().forEach(name -> info.put(name, new double[rows]));
        for (int row = 0; row < rows; row++) {
            if (!active[row]) {
                Arrays.fill(rewards, row * perRow, (row + 1) * perRow, Float.NaN);
                continue;
            }
            if (!running[row]) {
                throw new AssertionError("row " + row + " was stepped without a reset");
            }
            Turn turn = games.get(row).play(own(actions, row));
            System.arraycopy(turn.rewards(), 0, rewards, row * perRow, perRow);
            terminated[row] = (byte) (turn.terminated() ? 1 : 0);
            truncated[row] = (byte) (turn.truncated() ? 1 : 0);
            running[row] = !turn.terminated() && !turn.truncated();
            for (Map.Entry<String, Double> entry : turn.info().entrySet()) {
                info.get(entry.getKey())[row] = entry.getValue();
            }
        }
        return new StepResult(look(active), rewards, terminated, truncated, info);
    }

    private Actions own(Actions actions, int row) {
        if (actions instanceof Actions.Discrete discrete) {
            int width = discrete.values().length / running.length;
            return new Actions.Discrete(
                    Arrays.copyOfRange(discrete.values(), row * width, (row + 1) * width));
        }
        float[] values = ((Actions.Continuous) actions).values();
        int width = values.length / running.length;
        return new Actions.Continuous(Arrays.copyOfRange(values, row * width, (row + 1) * width));
    }

    private void loseSometimes(boolean stepping) {
        calls++;
        if (losses.strike(calls, steps, stepping)) {
            lost++;
            Arrays.fill(running, false);
            throw new EpisodesVoid("lost on purpose in call " + calls);
        }
    }

    private Observations look(boolean[] mask) {
        int rows = running.length;
        int width = spec.agents().size() * spec.observationSize();
        int actions = shown[0].available().length;
        float[] observations = new float[rows * width];
        float[] state = new float[spec.stateIsObservations() ? 0 : rows * spec.stateSize()];
        byte[] available = new byte[rows * actions];
        for (int row = 0; row < rows; row++) {
            if (mask[row]) {
                shown[row] = games.get(row).look();
            } else if (spec.actionSpace() instanceof ActionSpace.Box) {
                Arrays.fill(shown[row].observations(), Float.NaN);
            }
            System.arraycopy(shown[row].observations(), 0, observations, row * width, width);
            if (!spec.stateIsObservations()) {
                int size = spec.stateSize();
                System.arraycopy(shown[row].state(), 0, state, row * size, size);
            }
            System.arraycopy(shown[row].available(), 0, available, row * actions, actions);
        }
        return new Observations(
                rows, observations, spec.stateIsObservations() ? observations : state, available);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
