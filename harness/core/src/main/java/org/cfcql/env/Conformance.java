package org.cfcql.env;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;

/**
 * Checks that an environment keeps the promises every client relies on, by playing random episodes.
 * That replies have the right shapes, finite numbers and possible episode ends is checked by the
 * bridge at every step anyway.
 *
 * @param checks outcomes in order
 */
public record Conformance(List<Check> checks) {
    private static final SeedTree SEEDS = new SeedTree(0).child("conformance");
    private static final double TIMED_SECONDS = 0.5;

    /** Copies the list. */
    public Conformance {
        checks = List.copyOf(checks);
    }

    /**
     * One outcome.
     *
     * @param name what was checked
     * @param passed whether it holds
     * @param detail what was found
     */
    public record Check(String name, boolean passed, String detail) {}

    /** What was seen in one episode: all observations, rewards and info numbers in order. */
    private record Trace(List<float[]> steps) {
        boolean same(Trace other) {
            return steps.size() == other.steps.size() && firstDifference(other) < 0;
        }

        int firstDifference(Trace other) {
            for (int step = 0; step < Math.min(steps.size(), other.steps.size()); step++) {
                if (!Arrays.equals(steps.get(step), other.steps.get(step))) {
                    return step;
                }
            }
            return -1;
        }
    }

    /** Whether every check passed. */
    public boolean passed() {
        return checks.stream().allMatch(Check::passed);
    }

    /**
     * Runs the checks.
     *
     * @param open opens the environment with a number of rows
     * @param environments rows E of the wide runs
     */
    public static Conformance check(IntFunction<VectorEnvironment> open, int environments) {
        List<Check> checks = new ArrayList<>();
        try {
            List<Trace> among = checkWide(open, environments, checks);
            checkAlone(open, among.get(environments - 1), environments, checks);
            checks.add(new Check("no fault while serving", true, "none"));
        } catch (EpisodesVoid lost) {
            checks.add(new Check("no fault while serving", false, lost.getMessage()));
        }
        return new Conformance(checks);
    }

    private static List<Trace> checkWide(
            IntFunction<VectorEnvironment> open, int environments, List<Check> checks) {
        long[] seeds = new long[environments];
        for (int row = 0; row < environments; row++) {
            seeds[row] = SEEDS.child(row).seed();
        }
        try (VectorEnvironment environment = open.apply(environments)) {
            List<Trace> first = play(environment, seeds);
            checks.add(ends(first, environment.spec()));
            List<Trace> again = play(environment, seeds);
            checks.add(same("same seeds, same episodes", first, again, promised(environment)));
            boolean differ = environments == 1 || !first.get(0).same(first.get(1));
            checks.add(new Check("other seeds, other episodes", differ, environments + " seeds"));
            checks.add(throughput(environment, seeds));
            return first;
        }
    }

    private static void checkAlone(
            IntFunction<VectorEnvironment> open,
            Trace among,
            int environments,
            List<Check> checks) {
        try (VectorEnvironment environment = open.apply(1)) {
            long[] seed = {SEEDS.child(environments - 1).seed()};
            List<Trace> alone = play(environment, seed);
            String name = "a row alone equals the row among " + environments;
            checks.add(same(name, List.of(among), alone, promised(environment)));
        }
    }

    private static boolean promised(VectorEnvironment environment) {
        return environment.spec().seeding().equals("per_episode");
    }

    private static Check ends(List<Trace> traces, EnvironmentSpec spec) {
        int longest = traces.stream().mapToInt(trace -> trace.steps().size() - 1).max().orElse(0);
        return new Check(
                "episodes end within their limit",
                longest > 0 && longest <= spec.episodeLimit(),
                "longest " + longest + " of " + spec.episodeLimit() + " steps");
    }

    private static Check same(String name, List<Trace> one, List<Trace> other, boolean promised) {
        for (int row = 0; row < one.size(); row++) {
            if (!one.get(row).same(other.get(row))) {
                int step = one.get(row).firstDifference(other.get(row));
                return new Check(
                        name,
                        !promised,
                        "row "
                                + row
                                + " differs at step "
                                + step
                                + (promised ? "" : ", as its seeding class allows"));
            }
        }
        return new Check(name, true, one.size() + " episodes, every bit");
    }

    private static Check throughput(VectorEnvironment environment, long[] seeds) {
        long steps = 0;
        long requests = 0;
        double seconds = 0;
        long start = System.nanoTime();
        while (seconds < TIMED_SECONDS) {
            List<Trace> traces = play(environment, seeds);
            steps += traces.stream().mapToInt(trace -> trace.steps().size() - 1).sum();
            requests += traces.stream().mapToInt(trace -> trace.steps().size()).max().orElse(0);
            seconds = (System.nanoTime() - start) / 1e9;
        }
        return new Check(
                "throughput",
                true,
                String.format(
                        Locale.ROOT,
                        "%.0f steps/s with %d rows, %.3f ms per request",
                        steps / seconds,
                        seeds.length,
                        1000 * seconds / requests));
    }

    /** One random episode per row; the actions of a row depend on its seed only. */
    private static List<Trace> play(VectorEnvironment environment, long[] seeds) {
        int rows = seeds.length;
        boolean[] active = new boolean[rows];
        Arrays.fill(active, true);
        List<Trace> traces = new ArrayList<>();
        List<RandomStream> streams = new ArrayList<>();
        for (long seed : seeds) {
            traces.add(new Trace(new ArrayList<>()));
            streams.add(new SeedTree(seed).child("actions").stream());
        }
        Observations seen = environment.reset(active, seeds);
        note(traces, active, seen.observations());
        boolean[] running = active.clone();
        while (anyOf(running)) {
            Actions actions = RandomActions.draw(environment.spec(), seen, streams);
            StepResult step = environment.step(actions, running);
            List<Integer> lost = step.voidRows(running);
            if (!lost.isEmpty()) {
                throw new EpisodesVoid(
                        environment.spec().id() + " restarted itself in rows " + lost);
            }
            note(traces, running, step.observations().observations(), step.rewards());
            for (int row = 0; row < rows; row++) {
                running[row] &= step.terminated()[row] == 0 && step.truncated()[row] == 0;
            }
            seen = step.observations();
        }
        return traces;
    }

    private static void note(List<Trace> traces, boolean[] rows, float[]... arrays) {
        for (int row = 0; row < rows.length; row++) {
            if (rows[row]) {
                float[] seen = new float[0];
                for (float[] array : arrays) {
                    int width = array.length / rows.length;
                    float[] joined = Arrays.copyOf(seen, seen.length + width);
                    System.arraycopy(array, row * width, joined, seen.length, width);
                    seen = joined;
                }
                traces.get(row).steps().add(seen);
            }
        }
    }

    private static boolean anyOf(boolean[] rows) {
        for (boolean row : rows) {
            if (row) {
                return true;
            }
        }
        return false;
    }
}
