package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.baselines.DiscreteToy;
import org.cfcql.data.batch.EpisodeBatch;
import org.cfcql.tensor.TensorFactory;

/**
 * A discrete learner written from the equations of docs/specification/algorithms.md with loops over
 * episodes, time, agents and actions, in double precision.
 */
abstract class EpisodeReference {
    static final int AGENTS = DiscreteToy.AGENTS;
    static final int ACTIONS = DiscreteToy.ACTIONS;
    static final int SLOTS = DiscreteToy.LIMIT + 1;

    final Nets nets;
    final Map<String, ?> keys;
    final Map<String, double[]> values = new TreeMap<>();
    final Map<String, double[]> gradients = new TreeMap<>();

    EpisodeReference(Nets nets, Map<String, ?> keys) {
        this.nets = nets;
        this.keys = keys;
    }

    abstract void update(Episodes data, Draws draws);

    abstract void follow();

    double number(String key) {
        return ((Number) keys.get(key)).doubleValue();
    }

    boolean is(String key, Object value) {
        return value.equals(keys.get(key));
    }

    /** A slot of an episode. */
    record Slot(int episode, int time) {}

    /**
     * Episodes as plain arrays {@code [episode][time]...}; an episode of L steps has L + 1 slots.
     */
    record Episodes(
            double[][][][] observations,
            double[][][] state,
            boolean[][][][] available,
            int[][][] actions,
            double[][] rewards,
            double[][] terminated,
            int[] lengths) {
        static Episodes of(EpisodeBatch batch) {
            int size = batch.size();
            double[][][][] available = cube(batch.availableActions(), size, ACTIONS);
            boolean[][][][] allowed = new boolean[size][SLOTS][AGENTS][ACTIONS];
            double[][][][] actions = cube(batch.actions(), size, 1);
            int[][][] chosen = new int[size][SLOTS][AGENTS];
            double[][] filled = square(batch.filled(), size);
            int[] lengths = new int[size];
            for (int episode = 0; episode < size; episode++) {
                for (int time = 0; time < SLOTS; time++) {
                    for (int agent = 0; agent < AGENTS; agent++) {
                        chosen[episode][time][agent] = (int) actions[episode][time][agent][0];
                        for (int action = 0; action < ACTIONS; action++) {
                            allowed[episode][time][agent][action] =
                                    available[episode][time][agent][action] > 0;
                        }
                    }
                }
                lengths[episode] = (int) Arrays.stream(filled[episode]).sum() - 1;
            }
            double[][] states = square(batch.state(), size * SLOTS);
            double[][][] state = new double[size][][];
            for (int episode = 0; episode < size; episode++) {
                state[episode] = Arrays.copyOfRange(states, episode * SLOTS, (episode + 1) * SLOTS);
            }
            return new Episodes(
                    cube(batch.observations(), size, DiscreteToy.OBSERVATION),
                    state,
                    allowed,
                    chosen,
                    square(batch.rewards(), size),
                    square(batch.terminated(), size),
                    lengths);
        }

        private static double[][] square(Tensor tensor, int rows) {
            double[] flat = TensorFactory.toDoubles(tensor);
            int width = flat.length / rows;
            double[][] values = new double[rows][];
            for (int row = 0; row < rows; row++) {
                values[row] = Arrays.copyOfRange(flat, row * width, (row + 1) * width);
            }
            return values;
        }

        private static double[][][][] cube(Tensor tensor, int size, int width) {
            double[][] rows = square(tensor, size * SLOTS * AGENTS);
            double[][][][] values = new double[size][SLOTS][AGENTS][];
            for (int index = 0; index < rows.length; index++) {
                values[index / (SLOTS * AGENTS)][index / AGENTS % SLOTS][index % AGENTS] =
                        rows[index];
            }
            return values;
        }

        int size() {
            return lengths.length;
        }

        /** Steps of the data, time by time. */
        List<Slot> steps() {
            List<Slot> steps = new ArrayList<>();
            for (int time = 0; time < SLOTS; time++) {
                for (int episode = 0; episode < lengths.length; episode++) {
                    if (time < lengths[episode]) {
                        steps.add(new Slot(episode, time));
                    }
                }
            }
            return steps;
        }
    }

    /** Outputs {@code [episode][time][agent][action]} of the recurrent network (spec 1.2). */
    static Num[][][][] unroll(Perceptron network, Episodes data) {
        Num[][][][] outputs = new Num[data.size()][SLOTS][AGENTS][];
        for (int episode = 0; episode < data.size(); episode++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                Num[] hidden = Reference.constants(new double[hidden(network)]);
                for (int time = 0; time <= data.lengths[episode]; time++) {
                    double[] seen = data.observations[episode][time][agent];
                    double[] input = Arrays.copyOf(seen, seen.length + ACTIONS + AGENTS);
                    if (time > 0) {
                        input[seen.length + data.actions[episode][time - 1][agent]] = 1;
                    }
                    input[seen.length + ACTIONS + agent] = 1;
                    hidden = gated(network, Reference.constants(input), hidden);
                    outputs[episode][time][agent] = network.layer("fc2", hidden);
                }
            }
        }
        return outputs;
    }

    private static int hidden(Perceptron network) {
        return network.parameter("fc1.bias").length;
    }

    /** Gates in the order r, z, n. */
    private static Num[] gated(Perceptron network, Num[] input, Num... hidden) {
        Num[] x = Perceptron.relu(network.layer("fc1", input));
        Num[] in = network.affine("rnn.weight_ih", "rnn.bias_ih", new Num[][] {x})[0];
        Num[] back = network.affine("rnn.weight_hh", "rnn.bias_hh", new Num[][] {hidden})[0];
        int width = hidden.length;
        Num[] next = new Num[width];
        for (int unit = 0; unit < width; unit++) {
            Num reset = in[unit].plus(back[unit]).sigmoid();
            Num keep = in[width + unit].plus(back[width + unit]).sigmoid();
            Num fresh = in[2 * width + unit].plus(reset.times(back[2 * width + unit])).tanh();
            next[unit] = fresh.plus(keep.times(hidden[unit].minus(fresh)));
        }
        return next;
    }

    /** log of the softmax over available actions; null where unavailable. */
    static Num[] logPolicy(Num[] logits, boolean... available) {
        List<Num> allowed = new ArrayList<>();
        for (int action = 0; action < ACTIONS; action++) {
            if (available[action]) {
                allowed.add(logits[action]);
            }
        }
        Num total = Num.logSumExp(allowed);
        Num[] log = new Num[ACTIONS];
        for (int action = 0; action < ACTIONS; action++) {
            log[action] = available[action] ? logits[action].minus(total) : null;
        }
        return log;
    }

    static int greedy(Num[] of, boolean... available) {
        int best = -1;
        for (int action = 0; action < ACTIONS; action++) {
            boolean allowed = available.length == 0 || available[action];
            if (allowed && (best < 0 || of[action].value > of[best].value)) {
                best = action;
            }
        }
        return best;
    }

    /** G of 1.4 for one episode: {@code value[t]} for t = 0 ... L. */
    double[] lambdaReturns(Episodes data, int episode, double... value) {
        int length = data.lengths[episode];
        double lambda = number("td.lambda");
        double gamma = number("gamma");
        double[] returns = new double[length + 1];
        returns[length] = value[length] * (1 - Arrays.stream(data.terminated[episode]).sum());
        for (int time = length - 1; time >= 0; time--) {
            double alive = 1 - data.terminated[episode][time];
            returns[time] =
                    lambda * gamma * returns[time + 1]
                            + data.rewards[episode][time]
                            + (1 - lambda) * gamma * value[time + 1] * alive;
        }
        return returns;
    }

    /** Clips, tells and returns the gradients of a step. */
    Map<String, double[]> clipped(String norm, Map<String, double[]> of) {
        double before = Perceptron.clip(of.values(), number("gradientClip"));
        values.put(norm, new double[] {before});
        return of;
    }

    void tell(String name, Num loss) {
        values.put(name, new double[] {loss.value});
    }
}
