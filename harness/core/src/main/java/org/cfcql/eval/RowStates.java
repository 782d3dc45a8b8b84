package org.cfcql.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cfcql.env.EnvironmentSpec;
import org.cfcql.env.Observations;
import org.cfcql.env.StepResult;
import org.cfcql.env.VectorEnvironment;
import org.cfcql.learn.Policy;

/** The rows of a vector during an evaluation: which episode each plays and what its agents see. */
final class RowStates {
    private static final int NONE = -1;
    private static final String WIN = "battle_won";

    private final EnvironmentSpec spec;
    private final List<Long> seeds;
    private final List<Deque<Integer>> waiting;
    private final int[] episodes;
    private final int[] lengths;
    private final double[][] returns;
    private final Observations seen;
    private long broken;

    RowStates(EnvironmentSpec spec, List<Long> seeds, List<Deque<Integer>> waiting) {
        this.spec = spec;
        this.seeds = seeds;
        this.waiting = waiting;
        int environments = waiting.size();
        episodes = new int[environments];
        Arrays.fill(episodes, NONE);
        lengths = new int[environments];
        returns = new double[environments][spec.perAgentReward() ? spec.agents().size() : 1];
        seen = blank(spec, environments);
    }

    /** Which rows play. */
    boolean[] active() {
        boolean[] active = new boolean[episodes.length];
        for (int row = 0; row < active.length; row++) {
            active[row] = episodes[row] != NONE;
        }
        return active;
    }

    /** Episodes that their environment broke, which wait again. */
    long broken() {
        return broken;
    }

    boolean anyActive() {
        return Arrays.stream(episodes).anyMatch(episode -> episode != NONE);
    }

    /** What agents saw last, in all rows. */
    Observations observations() {
        return seen;
    }

    /** Starts the next episode in every row that is free and has one waiting. */
    void startWaiting(VectorEnvironment environment, Policy.Session session) {
        boolean[] mask = new boolean[episodes.length];
        long[] rowSeeds = new long[episodes.length];
        boolean any = false;
        for (int row = 0; row < mask.length; row++) {
            if (episodes[row] == NONE && !waiting.get(row).isEmpty()) {
                episodes[row] = waiting.get(row).remove();
                lengths[row] = 0;
                Arrays.fill(returns[row], 0);
                rowSeeds[row] = seeds.get(episodes[row]);
                mask[row] = true;
                any = true;
                session.reset(row);
            }
        }
        if (any) {
            see(environment.reset(mask, rowSeeds), mask);
        }
    }

    /** Takes in a step of the active rows; returns the episodes that ended with it. */
    List<EpisodeResult> stepped(StepResult step) {
        List<EpisodeResult> ended = new ArrayList<>();
        see(step.observations(), active());
        for (int row = 0; row < episodes.length; row++) {
            if (episodes[row] == NONE) {
                continue;
            }
            if (step.voided()[row] == 1) {
                waiting.get(row).addFirst(episodes[row]);
                episodes[row] = NONE;
                broken++;
                continue;
            }
            lengths[row]++;
            int width = returns[row].length;
            for (int agent = 0; agent < width; agent++) {
                returns[row][agent] += step.rewards()[row * width + agent];
            }
            if (step.terminated()[row] == 1 || step.truncated()[row] == 1) {
                ended.add(result(row, step));
                episodes[row] = NONE;
            }
        }
        return ended;
    }

    private EpisodeResult result(int row, StepResult step) {
        SortedMap<String, Double> info = new TreeMap<>();
        step.info().forEach((name, values) -> info.put(name, values[row]));
        double score = info.containsKey(WIN) ? info.get(WIN) : reduced(returns[row]);
        return new EpisodeResult(
                episodes[row], seeds.get(episodes[row]), score, returns[row], lengths[row], info);
    }

    private double reduced(double[] agentReturns) {
        return switch (spec.paperReduction()) {
            case "mean" -> Arrays.stream(agentReturns).sum() / agentReturns.length;
            case "agent0", "team" -> agentReturns[0];
            default ->
                    throw new IllegalArgumentException(
                            "no reward reduction " + spec.paperReduction());
        };
    }

    /** Copies the rows of the mask; others are stale in what the environment returns. */
    private void see(Observations fresh, boolean[] mask) {
        int rows = mask.length;
        for (int row = 0; row < rows; row++) {
            if (mask[row]) {
                int width = seen.observations().length / rows;
                copyRow(fresh.observations(), seen.observations(), row, width);
                copyRow(fresh.state(), seen.state(), row, seen.state().length / rows);
                int choices = seen.availableActions().length / rows;
                copyRow(fresh.availableActions(), seen.availableActions(), row, choices);
            }
        }
    }

    private static void copyRow(Object from, Object to, int row, int width) {
        System.arraycopy(from, row * width, to, row * width, width);
    }

    /** Zeros, every action available: rows that never play must still be legal to act on. */
    private static Observations blank(EnvironmentSpec spec, int environments) {
        int agents = spec.agents().size();
        float[] observations = new float[environments * agents * spec.observationSize()];
        float[] state =
                spec.stateIsObservations()
                        ? observations
                        : new float[environments * spec.stateSize()];
        byte[] available =
                new byte[spec.masked() ? environments * agents * spec.actionSpace().size() : 0];
        Arrays.fill(available, (byte) 1);
        return new Observations(environments, observations, state, available);
    }
}
