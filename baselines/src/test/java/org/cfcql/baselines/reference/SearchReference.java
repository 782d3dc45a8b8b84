package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** OMAR's zeroth-order search for an action of one agent (spec 3.5). */
final class SearchReference {
    /** An action and the value that it had in the call that judged it. */
    record Candidate(double[] action, double value) {}

    private final Reference owner;
    private final double[][] observations;
    private final int samples;
    private final double[][] mean;
    private final double[][] deviation;

    SearchReference(Reference owner, double[][] observations) {
        this.owner = owner;
        this.observations = observations;
        samples = (int) owner.number("search.samples");
        mean = filled(owner.number("search.mean"));
        deviation = filled(owner.number("search.deviation"));
    }

    private double[][] filled(double value) {
        double[][] all = new double[observations.length][Reference.ACTION];
        Arrays.stream(all).forEach(row -> Arrays.fill(row, value));
        return all;
    }

    /** The best of the last population, per row. */
    Candidate[] run(Perceptron critic, double... noise) {
        int iterations = (int) owner.number("search.iterations");
        int each = noise.length / iterations;
        Candidate[] best = new Candidate[observations.length];
        List<List<Candidate>> carried = new ArrayList<>();
        Arrays.stream(observations).forEach(row -> carried.add(List.of()));
        for (int iteration = 0; iteration < iterations; iteration++) {
            double[] own = Arrays.copyOfRange(noise, iteration * each, (iteration + 1) * each);
            List<List<Candidate>> populations = judged(critic, own);
            for (int row = 0; row < best.length; row++) {
                List<Candidate> population = new ArrayList<>(populations.get(row));
                if (owner.is("search.mode", "elites")) {
                    population.addAll(carried.get(row));
                    population.sort(Comparator.comparingDouble((Candidate c) -> -c.value));
                    int elites = (int) owner.number("search.elites");
                    carried.set(row, population.subList(0, elites));
                    byElites(row, carried.get(row));
                } else {
                    bySoftmax(row, population);
                }
                requireDistinct(population);
                best[row] =
                        population.stream()
                                .max(Comparator.comparingDouble(Candidate::value))
                                .orElseThrow();
            }
        }
        owner.values.put("search_mean", Transitions.flat(mean));
        owner.values.put("search_std", Transitions.flat(deviation));
        return best;
    }

    /** Values that are equal leave open which action is better: no such rows in these tests. */
    private static void requireDistinct(List<Candidate> population) {
        List<Candidate> sorted = new ArrayList<>(population);
        sorted.sort(Comparator.comparingDouble(Candidate::value));
        for (int index = 1; index < sorted.size(); index++) {
            Candidate low = sorted.get(index - 1);
            Candidate high = sorted.get(index);
            if (high.value - low.value < 1e-9 && !Arrays.equals(high.action, low.action)) {
                throw new AssertionError("two actions of value " + low.value);
            }
        }
    }

    /** One call of the critic over all rows' samples. */
    private List<List<Candidate>> judged(Perceptron critic, double... noise) {
        List<Num[]> rows = new ArrayList<>();
        List<double[]> actions = new ArrayList<>();
        int draw = 0;
        for (int row = 0; row < observations.length; row++) {
            for (int sample = 0; sample < samples; sample++) {
                double[] action = new double[Reference.ACTION];
                for (int k = 0; k < action.length; k++) {
                    action[k] = Reference.clip(mean[row][k] + deviation[row][k] * noise[draw++]);
                }
                actions.add(action);
                rows.add(
                        Reference.row(
                                observations[row], new Num[][] {Reference.constants(action)}));
            }
        }
        Num[] first = Reference.twin(critic, rows.toArray(Num[][]::new))[0];
        List<List<Candidate>> populations = new ArrayList<>();
        for (int row = 0; row < observations.length; row++) {
            List<Candidate> population = new ArrayList<>();
            for (int index = row * samples; index < (row + 1) * samples; index++) {
                population.add(new Candidate(actions.get(index), first[index].value));
            }
            populations.add(population);
        }
        return populations;
    }

    private void bySoftmax(int row, List<Candidate> population) {
        double all = population.stream().mapToDouble(c -> Math.exp(c.value)).sum();
        for (int k = 0; k < Reference.ACTION; k++) {
            double centre = 0;
            for (Candidate one : population) {
                centre += Math.exp(one.value) / all * one.action[k];
            }
            double squares = 0;
            for (Candidate one : population) {
                squares += (one.action[k] - centre) * (one.action[k] - centre);
            }
            mean[row][k] = centre;
            deviation[row][k] = Math.sqrt(squares / population.size());
        }
    }

    private void byElites(int row, List<Candidate> elites) {
        for (int k = 0; k < Reference.ACTION; k++) {
            int component = k;
            double centre =
                    elites.stream().mapToDouble(c -> c.action[component]).sum() / elites.size();
            double squares =
                    elites.stream()
                            .mapToDouble(c -> c.action[component] - centre)
                            .map(x -> x * x)
                            .sum();
            mean[row][k] = centre;
            deviation[row][k] = Math.sqrt(squares / (elites.size() - 1));
        }
    }
}
