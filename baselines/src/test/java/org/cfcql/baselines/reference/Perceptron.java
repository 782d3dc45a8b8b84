package org.cfcql.baselines.reference;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A network of golden parameter names, row by row and unit by unit (spec 0.4 and 2.1). Each object
 * has leaves of its own, so gradients of different losses never mix.
 */
final class Perceptron {
    private static final double EPSILON = 1e-5;

    private final String name;
    private final Map<String, Num[]> leaves = new LinkedHashMap<>();

    Perceptron(String name, Map<String, double[]> parameters) {
        this.name = name;
        parameters.forEach(
                (parameter, values) ->
                        leaves.put(
                                parameter,
                                Arrays.stream(values).mapToObj(Num::of).toArray(Num[]::new)));
    }

    Num[] parameter(String parameter) {
        return leaves.get(parameter);
    }

    /** Rows as the first layer sees them: by the mean and biased variance of exactly these rows. */
    Num[][] normalised(Num[][] rows) {
        if (leaves.containsKey("bn.weight")) {
            Num[][] columns = transposed(rows);
            for (int feature = 0; feature < columns.length; feature++) {
                columns[feature] = standardised(columns[feature]);
            }
            return scaled("bn", transposed(columns));
        }
        return leaves.containsKey("ln.weight")
                ? scaled("ln", map(rows, Perceptron::standardised))
                : rows;
    }

    /** As {@link #normalised}, by the running statistics. */
    Num[][] normalisedByRunning(Num[][] rows) {
        if (!leaves.containsKey("bn.weight")) {
            return normalised(rows);
        }
        Num[] mean = leaves.get("bn.running_mean");
        Num[] variance = leaves.get("bn.running_var");
        return scaled(
                "bn",
                map(
                        rows,
                        row ->
                                units(
                                        row.length,
                                        unit ->
                                                row[unit]
                                                        .minus(mean[unit])
                                                        .times(
                                                                variance[unit]
                                                                        .plus(EPSILON)
                                                                        .inverseRoot()))));
    }

    private Num[][] scaled(String kind, Num[][] rows) {
        Num[] weight = leaves.get(kind + ".weight");
        Num[] bias = leaves.get(kind + ".bias");
        return map(
                rows,
                row -> units(row.length, unit -> row[unit].times(weight[unit]).plus(bias[unit])));
    }

    private static Num[] standardised(Num... values) {
        Num mean = Num.mean(List.of(values));
        Num variance =
                Num.mean(Arrays.stream(values).map(value -> value.minus(mean).square()).toList());
        Num factor = variance.plus(EPSILON).inverseRoot();
        return units(values.length, unit -> values[unit].minus(mean).times(factor));
    }

    /** Layers {@code l1}, {@code l2}, ... with ReLU between them. */
    Num[][] layers(String prefix, Num[][] rows) {
        Num[][] current = rows;
        for (int layer = 1; leaves.containsKey(prefix + "l" + layer + ".weight"); layer++) {
            if (layer > 1) {
                current = map(current, Perceptron::relu);
            }
            current = layer(prefix + "l" + layer, current);
        }
        return current;
    }

    /** One fully connected layer. */
    Num[][] layer(String layer, Num[][] rows) {
        return affine(layer + ".weight", layer + ".bias", rows);
    }

    /** One fully connected layer of one row. */
    Num[] layer(String layer, Num... row) {
        return layer(layer, new Num[][] {row})[0];
    }

    /** W·x + b of every row x. */
    Num[][] affine(String weights, String biases, Num[][] rows) {
        Num[] weight = leaves.get(weights);
        Num[] bias = leaves.get(biases);
        return map(
                rows,
                row ->
                        units(
                                bias.length,
                                unit -> {
                                    Num total = bias[unit];
                                    for (int input = 0; input < row.length; input++) {
                                        Num factor = weight[unit * row.length + input];
                                        total = total.plus(factor.times(row[input]));
                                    }
                                    return total;
                                }));
    }

    static Num[] relu(Num... row) {
        return units(row.length, unit -> row[unit].relu());
    }

    static Num[] tanh(Num... row) {
        return units(row.length, unit -> row[unit].tanh());
    }

    static Num[][] map(Num[][] rows, java.util.function.UnaryOperator<Num[]> of) {
        return Arrays.stream(rows).map(of).toArray(Num[][]::new);
    }

    private static Num[] units(int count, java.util.function.IntFunction<Num> of) {
        return IntStream.range(0, count).mapToObj(of).toArray(Num[]::new);
    }

    private static Num[][] transposed(Num[][] rows) {
        Num[][] columns = new Num[rows[0].length][rows.length];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < columns.length; column++) {
                columns[column][row] = rows[row][column];
            }
        }
        return columns;
    }

    /** As {@link #gradients()}, without the parameters that no loss has used. */
    Map<String, double[]> gradientsWithout(String pattern) {
        Map<String, double[]> used = gradients();
        used.keySet().removeIf(key -> key.matches(pattern));
        return used;
    }

    /** Gradients by {@code network/parameter}; running statistics have none. */
    Map<String, double[]> gradients() {
        Map<String, double[]> gradients = new TreeMap<>();
        leaves.forEach(
                (parameter, values) -> {
                    if (!parameter.contains("running")) {
                        gradients.put(
                                name + "/" + parameter,
                                Arrays.stream(values).mapToDouble(Num::gradient).toArray());
                    }
                });
        return gradients;
    }

    /**
     * Scales gradients to a largest joint norm.
     *
     * @return the norm before it
     */
    static double clip(Collection<double[]> gradients, double largest) {
        double squares = 0;
        for (double[] gradient : gradients) {
            squares += Arrays.stream(gradient).map(entry -> entry * entry).sum();
        }
        double norm = Math.sqrt(squares);
        double scale = Math.min(1, largest / (norm + 1e-6));
        for (double[] gradient : gradients) {
            for (int index = 0; index < gradient.length; index++) {
                gradient[index] *= scale;
            }
        }
        return norm;
    }
}
