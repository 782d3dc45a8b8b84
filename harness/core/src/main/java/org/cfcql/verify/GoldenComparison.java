package org.cfcql.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares what a learner reports with what is stored and keeps the largest errors.
 *
 * <p>Error of an array: largest |x − y| / scale; the scale is the array's largest entry (at least
 * 1e-3) for continuous values and parameters, the largest entry of the same network for gradients.
 * Discrete values are scaled entry by entry, by max(1, |x|), discrete parameters not at all.
 */
final class GoldenComparison {
    private static final double SMALLEST_SCALE = 1e-3;
    private static final double VANISHING_GRADIENT = 1e-6;
    private static final double LARGEST_EXCUSED_SHARE = 1e-3;

    private final Tolerances tolerances;
    private final double learningRate;
    private final List<String> failures = new ArrayList<>();

    /** Per parameter {@code net/name}: entries whose stored gradient all but vanished. */
    private final Map<String, boolean[]> vanished = new TreeMap<>();

    private double valuesError;
    private double gradsError;
    private double afterError;
    private String worst = "";
    private double worstRatio = -1;
    private long excused;

    /** An empty comparison; {@code learningRate} bounds Adam's step for the excuse. */
    GoldenComparison(Tolerances tolerances, double learningRate) {
        this.tolerances = tolerances;
        this.learningRate = learningRate;
    }

    /** Compares the stored values of an update. */
    void values(
            String step,
            Map<String, GoldenArray> stored,
            Map<String, GoldenArray> heard,
            EpisodeMask mask) {
        stored.forEach(
                (name, array) -> {
                    String path = step + "/values/" + name;
                    GoldenArray found = heard.get("values/" + name);
                    if (fits(path, array, found)) {
                        double error = valueError(name, array, found, mask);
                        valuesError = larger(valuesError, error);
                        judge(path, error, tolerances.values());
                    }
                });
    }

    private static double valueError(
            String name, GoldenArray stored, GoldenArray found, EpisodeMask mask) {
        if (!mask.discrete()) {
            double scale = Math.max(SMALLEST_SCALE, stored.largest());
            return largestDifference(stored, found) / scale;
        }
        double error = 0;
        for (int index = 0; index < stored.values().length; index++) {
            if (mask.compares(name, stored, index)) {
                double scale = Math.max(1, Math.abs(stored.values()[index]));
                double difference = Math.abs(stored.values()[index] - found.values()[index]);
                error = larger(error, difference / scale);
            }
        }
        return error;
    }

    /** Compares the stored gradients of an update. */
    void gradients(String step, Map<String, GoldenArray> stored, Map<String, GoldenArray> heard) {
        Map<String, Double> scales = new TreeMap<>();
        stored.forEach((name, array) -> scales.merge(network(name), array.largest(), Math::max));
        stored.forEach(
                (name, array) -> {
                    String path = step + "/grads/" + name;
                    GoldenArray found = heard.get("grads/" + name);
                    double scale = scales.get(network(name));
                    remember(name, array, scale);
                    if (fits(path, array, found)) {
                        double difference = largestDifference(array, found);
                        // A network without any gradient is compared absolutely.
                        double error = scale == 0 ? difference : difference / scale;
                        gradsError = larger(gradsError, error);
                        judge(path, error, tolerances.grads());
                    }
                });
        heard.keySet().stream()
                .filter(path -> path.startsWith("grads/"))
                .map(path -> path.substring("grads/".length()))
                .filter(name -> scales.containsKey(network(name)) && !stored.containsKey(name))
                .forEach(name -> fail(step + "/grads/" + name, "computed, but not stored"));
    }

    private void remember(String name, GoldenArray gradient, double scale) {
        boolean[] marks =
                vanished.computeIfAbsent(name, absent -> new boolean[gradient.values().length]);
        for (int index = 0; index < marks.length; index++) {
            marks[index] |= Math.abs(gradient.values()[index]) < VANISHING_GRADIENT * scale;
        }
    }

    /**
     * Compares one parameter after an update.
     *
     * @param updates updates so far; Adam may be off by the learning rate in each
     * @param discrete whether the file is of the discrete branch
     */
    void after(
            String step,
            String name,
            GoldenArray stored,
            GoldenArray found,
            int updates,
            boolean discrete) {
        String path = step + "/after/" + name;
        if (!fits(path, stored, found)) {
            return;
        }
        double scale = discrete ? 1 : Math.max(SMALLEST_SCALE, stored.largest());
        boolean[] marks = vanished.get(name);
        double error = 0;
        double excusedError = 0;
        long excusedHere = 0;
        for (int index = 0; index < stored.values().length; index++) {
            double difference = Math.abs(stored.values()[index] - found.values()[index]);
            boolean beyond = !(difference / scale <= tolerances.after());
            boolean adam = marks != null && marks[index] && difference <= learningRate * updates;
            if (beyond && adam) {
                excusedHere++;
                excusedError = larger(excusedError, difference / scale);
            } else {
                error = larger(error, difference / scale);
            }
        }
        if (excusedHere > LARGEST_EXCUSED_SHARE * stored.values().length) {
            error = larger(error, excusedError);
        } else {
            excused += excusedHere;
        }
        afterError = larger(afterError, error);
        judge(path, error, tolerances.after());
    }

    private static String network(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    private boolean fits(String path, GoldenArray stored, GoldenArray found) {
        if (found == null) {
            fail(path, "stored, but not computed");
            return false;
        }
        if (found.values().length != stored.values().length || !stored.hasShape(found.shape())) {
            fail(
                    path,
                    "stored with shape "
                            + Arrays.toString(stored.shape())
                            + ", computed with "
                            + Arrays.toString(found.shape()));
            return false;
        }
        return true;
    }

    private void judge(String path, double error, double tolerance) {
        // A comparison with NaN is false, so it must be the one that passes.
        if (!(error <= tolerance)) {
            fail(path, String.format(Locale.ROOT, "error %.3g, allowed %.1g", error, tolerance));
        }
        double ratio = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error / tolerance;
        if (ratio > worstRatio) {
            worstRatio = ratio;
            worst = path;
        }
    }

    /** Math.max that lets NaN win, as it must. */
    private static double larger(double first, double second) {
        return Math.max(first, second);
    }

    private static double largestDifference(GoldenArray stored, GoldenArray found) {
        double largest = 0;
        for (int index = 0; index < stored.values().length; index++) {
            double difference = Math.abs(stored.values()[index] - found.values()[index]);
            largest = larger(largest, difference);
        }
        return largest;
    }

    /** Notes a failure by name. */
    void fail(String path, String reason) {
        failures.add(path + ": " + reason);
    }

    List<String> failures() {
        return failures;
    }

    Tolerances errors() {
        return new Tolerances(valuesError, gradsError, afterError);
    }

    String worst() {
        return worst;
    }

    long excused() {
        return excused;
    }
}
