package org.cfcql.baselines.reference;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.learn.UpdateStep;

/**
 * A learner written from the equations of docs/specification/algorithms.md with loops over rows,
 * agents and components, in double precision.
 */
abstract class Reference {
    static final int AGENTS = Transitions.AGENTS;
    static final int ACTION = Transitions.ACTION;

    final Nets nets;
    final Map<String, ?> keys;

    /** What the last update must tell the probe; gradients of one agent are never dropped. */
    final Map<String, double[]> values = new TreeMap<>();

    final Map<String, double[]> gradients = new TreeMap<>();

    Reference(Nets nets, Map<String, ?> keys) {
        this.nets = nets;
        this.keys = keys;
    }

    abstract void update(Transitions data, UpdateStep step, Draws draws);

    /** One step of the targets. */
    abstract void follow();

    double number(String key) {
        return ((Number) keys.get(key)).doubleValue();
    }

    boolean is(String key, Object value) {
        return value.equals(keys.get(key));
    }

    static boolean full(UpdateStep step) {
        return step.kind() == UpdateStep.Kind.FULL;
    }

    /** Outputs {@code [B][n][d]} of one network per agent, each normalised by its own rows. */
    Num[][][] act(Perceptron[] actors, double[][][] observations, boolean squashed) {
        Num[][][] actions = new Num[observations.length][AGENTS][];
        for (int agent = 0; agent < AGENTS; agent++) {
            Num[][] out = output(actors[agent], own(observations, agent), squashed);
            for (int row = 0; row < out.length; row++) {
                actions[row][agent] = out[row];
            }
        }
        return actions;
    }

    static Num[][] output(Perceptron actor, double[][] observations, boolean squashed) {
        Num[][] out = actor.layers("", actor.normalised(constants(observations)));
        return squashed ? Perceptron.map(out, Perceptron::tanh) : out;
    }

    Perceptron[] actors(String prefix) {
        Perceptron[] actors = new Perceptron[AGENTS];
        for (int agent = 0; agent < AGENTS; agent++) {
            actors[agent] = nets.leaves(prefix + agent);
        }
        return actors;
    }

    void track(double[][][] observations) {
        for (int agent = 0; agent < AGENTS; agent++) {
            nets.track("actor" + agent, own(observations, agent));
        }
    }

    /** Greedy actions by running statistics, within ±1. */
    double[] evaluation(double[][][] observations, boolean squashed) {
        double[][] all = new double[observations.length * AGENTS][];
        for (int agent = 0; agent < AGENTS; agent++) {
            Perceptron actor = nets.leaves("actor" + agent);
            Num[][] rows = actor.normalisedByRunning(constants(own(observations, agent)));
            Num[][] out = actor.layers("", rows);
            for (int row = 0; row < out.length; row++) {
                Num[] action = squashed ? Perceptron.tanh(out[row]) : out[row];
                all[row * AGENTS + agent] =
                        Arrays.stream(action).mapToDouble(x -> clip(x.value)).toArray();
            }
        }
        return Transitions.flat(all);
    }

    static double clip(double action) {
        return Math.max(-1, Math.min(1, action));
    }

    static double[][] own(double[][][] values, int agent) {
        return Arrays.stream(values).map(row -> row[agent]).toArray(double[][]::new);
    }

    static Num[] constants(double... values) {
        return Arrays.stream(values).mapToObj(Num::of).toArray(Num[]::new);
    }

    static Num[][] constants(double[][] values) {
        return Arrays.stream(values).map(Reference::constants).toArray(Num[][]::new);
    }

    /** State, then actions of agent 0, 1, ... */
    static Num[] row(double[] state, Num[][] actions) {
        Num[] row = Arrays.copyOf(constants(state), state.length + actions.length * ACTION);
        for (int agent = 0; agent < actions.length; agent++) {
            System.arraycopy(actions[agent], 0, row, state.length + agent * ACTION, ACTION);
        }
        return row;
    }

    static Num[][] rows(double[][] states, Num[][][] actions) {
        Num[][] rows = new Num[states.length][];
        for (int index = 0; index < rows.length; index++) {
            rows[index] = row(states[index], actions[index]);
        }
        return rows;
    }

    static Num[][] rows(double[][] states, double[][][] actions) {
        return rows(
                states, Arrays.stream(actions).map(Reference::constants).toArray(Num[][][]::new));
    }

    /** Both heads {@code [2][rows]} over rows that share one normalisation. */
    static Num[][] twin(Perceptron critic, Num[][] rows) {
        Num[][] input = critic.normalised(rows);
        return new Num[][] {
            column(critic.layers("q1.", input)), column(critic.layers("q2.", input))
        };
    }

    static Num[] column(Num[][] rows) {
        return Arrays.stream(rows).map(row -> row[0]).toArray(Num[]::new);
    }

    static double[] plain(Num... values) {
        return Arrays.stream(values).mapToDouble(value -> value.value).toArray();
    }

    static double[] plain(Num[][][] values) {
        return Arrays.stream(values)
                .flatMap(Arrays::stream)
                .flatMap(Arrays::stream)
                .mapToDouble(value -> value.value)
                .toArray();
    }

    /** min over heads {@code [rows]}. */
    static double[] least(Num[][] heads) {
        double[] least = new double[heads[0].length];
        for (int row = 0; row < least.length; row++) {
            least[row] = Math.min(heads[0][row].value, heads[1][row].value);
        }
        return least;
    }

    /** Agent 0's reward, or the mean; agent 0's end in either case. */
    double[] target(Transitions data, double... next) {
        double[] target = new double[next.length];
        for (int row = 0; row < next.length; row++) {
            double[] rewards = data.rewards()[row];
            double reward =
                    is("reward.aggregation", "mean")
                            ? (rewards[0] + rewards[1] + rewards[2]) / 3
                            : rewards[0];
            double alive = 1 - data.dones()[row][0];
            target[row] = reward + number("gamma") * alive * next[row];
        }
        return target;
    }

    /** Σ_k mean (Q_k − y)². */
    static Num temporalDifference(Num[][] heads, double... target) {
        Num loss = Num.of(0);
        for (Num[] head : heads) {
            for (int row = 0; row < target.length; row++) {
                loss = loss.plus(head[row].minus(target[row]).square().times(1.0 / target.length));
            }
        }
        return loss;
    }

    void tellCritic(double[] target, Num[][] heads) {
        values.put("target", target);
        values.put("q1", plain(heads[0]));
        values.put("q2", plain(heads[1]));
    }

    void followAll(double rate) {
        for (String network : nets.of().keySet()) {
            if (network.startsWith("target_")) {
                nets.follow(network, network.substring("target_".length()), rate);
            }
        }
    }
}
