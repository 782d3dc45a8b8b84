package org.cfcql.baselines.reference;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.cfcql.learn.Learner;
import org.cfcql.learn.NamedNetwork;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.TensorFactory;

/** All parameters of a learner as plain arrays: network, parameter, row-major numbers. */
record Nets(Map<String, Map<String, double[]>> of) {
    private static final double MOMENTUM = 0.1;

    /** What a learner holds now. */
    static Nets read(Learner learner) {
        Map<String, Map<String, double[]>> networks = new TreeMap<>();
        for (NamedNetwork network : learner.networks()) {
            Map<String, double[]> parameters = new TreeMap<>();
            network.tensors()
                    .forEach(
                            (name, tensor) ->
                                    parameters.put(name, TensorFactory.toDoubles(tensor)));
            networks.put(network.name(), parameters);
        }
        return new Nets(networks);
    }

    /**
     * By {@code network/parameter}, without what nobody ever reads: the statistics of critics and
     * targets (spec 2.1).
     */
    Map<String, double[]> read() {
        Map<String, double[]> all = new TreeMap<>();
        of.forEach(
                (network, parameters) ->
                        parameters.forEach(
                                (name, values) -> {
                                    if (network.startsWith("actor") || !name.contains("running")) {
                                        all.put(network + "/" + name, values);
                                    }
                                }));
        return all;
    }

    /** Puts these numbers into a learner. */
    void write(Learner learner) {
        try (PointerScope scope = new PointerScope()) {
            for (NamedNetwork network : learner.networks()) {
                network.tensors()
                        .forEach(
                                (name, tensor) ->
                                        tensor.copy_(
                                                Transitions.TENSORS.of(
                                                        of.get(network.name()).get(name),
                                                        tensor.shape())));
            }
        }
    }

    /**
     * The same networks with large unlike numbers everywhere: saturated policies, targets far from
     * their online networks, normalisation out of its initial state.
     */
    Nets scattered(long seed) {
        RandomStream stream = new RandomStream(seed);
        Nets other = copy();
        other.of.forEach(
                (network, parameters) ->
                        parameters.forEach(
                                (name, values) -> {
                                    if (network.equals(NamedNetwork.COUNTERS)) {
                                        return;
                                    }
                                    boolean scale = name.matches("(bn|ln)\\.(weight|running_var)");
                                    for (int index = 0; index < values.length; index++) {
                                        double number = 2 * stream.nextDouble() - 1;
                                        values[index] = scale ? 1 + 0.5 * number : 0.8 * number;
                                    }
                                    if (name.equals("encoder.log_std.bias")) {
                                        // Below where the logarithm of σ is clamped.
                                        values[0] = -7;
                                    }
                                }));
        return other;
    }

    Nets copy() {
        Map<String, Map<String, double[]>> networks = new TreeMap<>();
        of.forEach(
                (network, parameters) -> {
                    Map<String, double[]> copies = new TreeMap<>();
                    parameters.forEach((name, values) -> copies.put(name, values.clone()));
                    networks.put(network, copies);
                });
        return new Nets(networks);
    }

    /** A network with leaves of its own. */
    Perceptron leaves(String network) {
        return new Perceptron(network, of.get(network));
    }

    /** target ← (1−rate)·target + rate·online, statistics left alone. */
    void follow(String target, String online, double rate) {
        of.get(online)
                .forEach(
                        (name, values) -> {
                            double[] moved = of.get(target).get(name);
                            for (int i = 0; i < values.length && !name.contains("running"); i++) {
                                moved[i] += rate * (values[i] - moved[i]);
                            }
                        });
    }

    /** target ← online. */
    void copy(String target, String online) {
        of.get(online).forEach((name, values) -> of.get(target).put(name, values.clone()));
    }

    /** One step of the running statistics of a network that was called with these rows. */
    void track(String network, double[][] rows) {
        double[] means = of.get(network).get("bn.running_mean");
        double[] variances = of.get(network).get("bn.running_var");
        for (int feature = 0; means != null && feature < means.length; feature++) {
            int column = feature;
            double mean = Arrays.stream(rows).mapToDouble(row -> row[column]).sum() / rows.length;
            double squares =
                    Arrays.stream(rows)
                            .mapToDouble(row -> (row[column] - mean) * (row[column] - mean))
                            .sum();
            double unbiased = squares / (rows.length - 1);
            means[feature] = (1 - MOMENTUM) * means[feature] + MOMENTUM * mean;
            variances[feature] = (1 - MOMENTUM) * variances[feature] + MOMENTUM * unbiased;
        }
    }

    /** RMSprop without momentum, ε outside the root. */
    static final class RmsProp {
        private final double rate;
        private final double decay;
        private final double epsilon;
        private final Map<String, double[]> squares = new TreeMap<>();

        RmsProp(double rate, double decay, double epsilon) {
            this.rate = rate;
            this.decay = decay;
            this.epsilon = epsilon;
        }

        void step(Nets nets, Map<String, double[]> gradients) {
            gradients.forEach(
                    (name, gradient) -> {
                        int slash = name.indexOf('/');
                        double[] values =
                                nets.of
                                        .get(name.substring(0, slash))
                                        .get(name.substring(slash + 1));
                        double[] v = squares.computeIfAbsent(name, x -> new double[values.length]);
                        for (int i = 0; i < values.length; i++) {
                            v[i] = decay * v[i] + (1 - decay) * gradient[i] * gradient[i];
                            values[i] -= rate * gradient[i] / (Math.sqrt(v[i]) + epsilon);
                        }
                    });
        }
    }

    /** Adam without decay; a parameter without a gradient keeps its place and its count. */
    static final class Adam {
        private final double rate;
        private final Map<String, double[]> first = new TreeMap<>();
        private final Map<String, double[]> second = new TreeMap<>();
        private final Map<String, Integer> steps = new TreeMap<>();

        Adam(double rate) {
            this.rate = rate;
        }

        void step(Nets nets, Map<String, double[]> gradients) {
            step(nets, gradients, rate);
        }

        void step(Nets nets, Map<String, double[]> gradients, double learningRate) {
            gradients.forEach(
                    (name, gradient) -> {
                        int slash = name.indexOf('/');
                        double[] values =
                                nets.of
                                        .get(name.substring(0, slash))
                                        .get(name.substring(slash + 1));
                        int step = steps.merge(name, 1, Integer::sum);
                        double[] m = first.computeIfAbsent(name, x -> new double[values.length]);
                        double[] v = second.computeIfAbsent(name, x -> new double[values.length]);
                        for (int i = 0; i < values.length; i++) {
                            m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                            v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                            double mean = m[i] / (1 - Math.pow(0.9, step));
                            double root = Math.sqrt(v[i] / (1 - Math.pow(0.999, step)));
                            values[i] -= learningRate * mean / (root + 1e-8);
                        }
                    });
        }
    }
}
