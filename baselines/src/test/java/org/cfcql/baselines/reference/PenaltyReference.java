package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conservative term of a critic over n agents (Eq. 7; spec 2.3, 3.5): for every row and agent a
 * list of joint actions with what is subtracted from their values.
 */
final class PenaltyReference {
    private final Reference owner;
    private final int agents;
    private final boolean joint;
    private final int samples;
    private final List<String> groups;

    /**
     * A term.
     *
     * @param joint whether all agents' actions are drawn together
     */
    PenaltyReference(Reference owner, int agents, boolean joint) {
        this.owner = owner;
        this.agents = agents;
        this.joint = joint;
        samples = (int) owner.number("lse.samples");
        groups = List.of(((String) owner.keys.get("lse.groups")).split("\\+"));
    }

    /** One critic row to be: which row of the batch, which agent, its actions, what to subtract. */
    private record Sample(int row, int agent, double[][] actions, double subtracted) {
        Num[][] constants() {
            return Reference.constants(actions);
        }
    }

    /** What one group of one agent draws. */
    private record Drawn(double[][][][] actions, double[][][] densities) {}

    /**
     * Q − subtracted per head, row and agent (one for the joint term), groups one after another.
     *
     * @param current online policies' actions {@code [B][n][d]} on o and on o'
     */
    List<Num>[][][] corrected(
            Perceptron critic, Transitions data, Num[][][] current, Num[][][] next, Draws draws) {
        int terms = joint ? 1 : agents;
        List<Num>[][][] corrected = empty(data.size(), terms);
        Map<String, Drawn> drawn = new LinkedHashMap<>();
        for (String group : groups) {
            drawn.put(
                    group,
                    switch (group) {
                        case "random" -> random(data, draws);
                        case "current" -> around(current, draws.take("current_noise"));
                        default -> around(next, draws.take("next_noise"));
                    });
        }
        for (String group : groups) {
            boolean swap = owner.is("lse.logp", "swapped") && drawn.size() > 1;
            String paired =
                    swap && group.equals("current")
                            ? "next"
                            : swap && group.equals("next") ? "current" : group;
            double[][][] densities =
                    drawn.get(drawn.containsKey(paired) ? paired : group).densities;
            double[][][] others = joint ? null : others(group, data, draws);
            List<Sample> list = samples(drawn.get(group).actions, densities, others);
            Num[][] rows =
                    list.stream()
                            .map(one -> Reference.row(data.state()[one.row], one.constants()))
                            .toArray(Num[][]::new);
            Num[][] heads = Reference.twin(critic, rows);
            for (int index = 0; index < list.size(); index++) {
                Sample one = list.get(index);
                for (int head = 0; head < 2; head++) {
                    corrected[head][one.row][one.agent].add(
                            heads[head][index].minus(one.subtracted));
                }
            }
        }
        return corrected;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static List<Num>[][][] empty(int rows, int terms) {
        List<Num>[][][] lists = new List[2][rows][terms];
        for (List<Num>[][] head : lists) {
            for (List<Num>[] row : head) {
                Arrays.setAll(row, term -> new ArrayList<>());
            }
        }
        return lists;
    }

    private List<Sample> samples(
            double[][][][] actions, double[][][] densities, double[][][] others) {
        List<Sample> list = new ArrayList<>();
        for (int row = 0; row < actions.length; row++) {
            for (int agent = 0; agent < (joint ? 1 : agents); agent++) {
                for (int k = 0; k < samples; k++) {
                    double[][] together = new double[agents][];
                    double subtracted = 0;
                    for (int one = 0; one < agents; one++) {
                        boolean sampled = joint || one == agent;
                        together[one] = sampled ? actions[row][one][k] : others[row][one];
                        subtracted += sampled ? densities[row][one][k] : 0;
                    }
                    list.add(new Sample(row, agent, together, subtracted));
                }
            }
        }
        return list;
    }

    private Drawn random(Transitions data, Draws draws) {
        double[] numbers = draws.take("random_actions");
        double[][][][] actions = new double[data.size()][agents][samples][];
        double[][][] densities = new double[data.size()][agents][samples];
        double density = owner.is("lse.density", "none") ? 0 : Math.log(Math.pow(0.5, 2));
        for (int index = 0; index < data.size() * agents * samples; index++) {
            int row = index / (agents * samples);
            int agent = index / samples % agents;
            actions[row][agent][index % samples] =
                    Arrays.copyOfRange(numbers, 2 * index, 2 * index + 2);
            densities[row][agent][index % samples] = density;
        }
        return new Drawn(actions, densities);
    }

    private Drawn around(Num[][][] centre, double... noise) {
        double spread = owner.number("lse.sampleNoise");
        double[][][][] actions = new double[centre.length][agents][samples][Reference.ACTION];
        double[][][] densities = new double[centre.length][agents][samples];
        int draw = 0;
        for (int row = 0; row < centre.length; row++) {
            for (int agent = 0; agent < agents; agent++) {
                for (int k = 0; k < samples; k++) {
                    double density = 0;
                    for (int d = 0; d < Reference.ACTION; d++) {
                        double moved = spread * noise[draw++];
                        actions[row][agent][k][d] =
                                Reference.clip(centre[row][agent][d].value + moved);
                        density -= moved * moved / (2 * spread * spread);
                        density -= Math.log(spread) + Math.log(2 * Math.PI) / 2;
                    }
                    densities[row][agent][k] =
                            owner.is("lse.density", "none")
                                    ? 0
                                    : owner.is("lse.density", "density")
                                            ? Math.exp(density)
                                            : density;
                }
            }
        }
        return new Drawn(actions, densities);
    }

    /** Others' actions of a group, on HalfCheetah with a little noise. */
    private double[][][] others(String group, Transitions data, Draws draws) {
        boolean nextIndex = group.equals("next") && owner.is("lse.nextOthers", "nextIndexAction");
        double[][][] stored = nextIndex ? data.nextActions() : data.actions();
        if (!owner.is("form", "halfcheetah")) {
            return stored;
        }
        double[] noise = draws.take("others_noise_" + group);
        double[][][] moved = new double[stored.length][agents][Reference.ACTION];
        int draw = 0;
        for (int row = 0; row < stored.length; row++) {
            for (int agent = 0; agent < agents; agent++) {
                for (int d = 0; d < Reference.ACTION; d++) {
                    double by = owner.number("lse.othersNoise") * noise[draw++];
                    moved[row][agent][d] = Reference.clip(stored[row][agent][d] + by);
                }
            }
        }
        return moved;
    }
}
