package org.cfcql.baselines.reference;

import java.util.Arrays;

/**
 * Critics of the discrete baselines on state, own observation and number of the agent (spec 3.2),
 * each head a way through the layers.
 */
final class EpisodeCritics {
    private final Perceptron network;

    EpisodeCritics(Perceptron network) {
        this.network = network;
    }

    /** Outputs {@code [episode][time][agent][output]} in every filled slot, value added if any. */
    Num[][][][] everywhere(
            EpisodeReference.Episodes data,
            String first,
            String second,
            String output,
            String value) {
        Num[][][][] all = new Num[data.size()][EpisodeReference.SLOTS][EpisodeReference.AGENTS][];
        for (int episode = 0; episode < data.size(); episode++) {
            for (int time = 0; time <= data.lengths()[episode]; time++) {
                for (int agent = 0; agent < EpisodeReference.AGENTS; agent++) {
                    all[episode][time][agent] =
                            at(
                                    data.state()[episode][time],
                                    data.observations()[episode][time][agent],
                                    agent,
                                    first,
                                    second,
                                    output,
                                    value);
                }
            }
        }
        return all;
    }

    /** Outputs of one input. */
    Num[] at(
            double[] state,
            double[] observation,
            int agent,
            String first,
            String second,
            String output,
            String value) {
        int seen = state.length + observation.length;
        double[] input = Arrays.copyOf(state, seen + EpisodeReference.AGENTS);
        System.arraycopy(observation, 0, input, state.length, observation.length);
        input[seen + agent] = 1;
        Num[] hidden = Perceptron.relu(network.layer(first, Reference.constants(input)));
        Num[] deeper = Perceptron.relu(network.layer(second, hidden));
        Num[] outputs = network.layer(output, deeper);
        if (!value.isEmpty()) {
            Num added = network.layer(value, deeper)[0];
            outputs = Arrays.stream(outputs).map(one -> one.plus(added)).toArray(Num[]::new);
        }
        return outputs;
    }

    /** The two heads of a twin; the second has outputs of its own or shares the first one's. */
    Num[][][][][] twin(EpisodeReference.Episodes data, boolean separate, boolean duelling) {
        String value = duelling ? "fc3_v" : "";
        String second = separate ? "fc6" : "fc3";
        String secondValue = separate && duelling ? "fc6_v" : value;
        return new Num[][][][][] {
            everywhere(data, "fc1", "fc2", "fc3", value),
            everywhere(data, "fc4", "fc5", second, secondValue)
        };
    }
}
