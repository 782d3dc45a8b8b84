package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cfcql.baselines.DiscreteToy;

/** OMAR with numbered actions, as published and masked (spec 3.5, D-53). */
final class OmarEpisodeReference extends LoopedEpisodeReference {
    private final Nets.Adam criticAdam;
    private final Nets.Adam actorAdam;
    private int calls;

    OmarEpisodeReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        criticAdam = new Nets.Adam(number("criticLr"));
        actorAdam = new Nets.Adam(number("lr"));
    }

    private boolean separate() {
        return is("twinHeads", "separate");
    }

    private boolean masked() {
        return is("omarD.mode", "masked");
    }

    @Override
    void update(Episodes data, Draws draws) {
        double[][][] target = target(data);
        descend(
                data,
                List.of("critic"),
                separate() ? "-" : ".*/fc6.*",
                (networks, span) -> criticLoss(networks.get(0), data, span, target),
                own -> criticAdam.step(nets, own));
        int counter = (int) number("target.stepsBefore") + calls++;
        if (counter > 0 && counter % (int) number("target.interval") == 0) {
            nets.copy("target_agent", "agent");
            nets.copy("target_critic", "critic");
        }
        improve(data);
    }

    /** min over heads of the λ-returns of the target policy's action {@code [b][i][t]}. */
    private double[][][] target(Episodes data) {
        Num[][][][] logits = unroll(nets.leaves("target_agent"), data);
        Num[][][][][] heads =
                new EpisodeCritics(nets.leaves("target_critic")).twin(data, separate(), true);
        double[][][] target = new double[data.size()][AGENTS][];
        for (int b = 0; b < data.size(); b++) {
            for (int i = 0; i < AGENTS; i++) {
                double[][] returns = new double[2][];
                for (int k = 0; k < 2; k++) {
                    double[] value = new double[data.lengths()[b] + 1];
                    for (int t = 0; t < value.length; t++) {
                        int a = greedy(logits[b][t][i], data.available()[b][t][i]);
                        value[t] = heads[k][b][t][i][a].value;
                    }
                    returns[k] = lambdaReturns(data, b, value);
                }
                target[b][i] = new double[returns[0].length];
                for (int t = 0; t < target[b][i].length; t++) {
                    target[b][i][t] = Math.min(returns[0][t], returns[1][t]);
                }
            }
        }
        return target;
    }

    private Num criticLoss(Perceptron critic, Episodes data, List<Slot> span, double[][][] target) {
        Num[][][][][] heads = new EpisodeCritics(critic).twin(data, separate(), true);
        List<Num> terms = new ArrayList<>();
        for (Slot slot : span) {
            int b = slot.episode();
            int t = slot.time();
            for (int i = 0; i < AGENTS; i++) {
                Num both = Num.of(0);
                for (Num[][][][] head : heads) {
                    Num chosen = head[b][t][i][data.actions()[b][t][i]];
                    List<Num> all = new ArrayList<>();
                    for (int a = 0; a < ACTIONS; a++) {
                        if (!masked() || data.available()[b][t][i][a]) {
                            all.add(head[b][t][i][a]);
                        }
                    }
                    Num penalty = Num.logSumExp(all).minus(chosen).times(number("alpha"));
                    both = both.plus(chosen.minus(target[b][i][t]).square()).plus(penalty);
                }
                terms.add(both);
            }
        }
        return Num.mean(terms);
    }

    private void improve(Episodes data) {
        Perceptron actor = nets.leaves("agent");
        Num[][][][] logits = unroll(actor, data);
        Num[][][][] q =
                new EpisodeCritics(nets.leaves("critic"))
                        .everywhere(data, "fc1", "fc2", "fc3", "fc3_v");
        List<Num> improvements = new ArrayList<>();
        List<Num> imitations = new ArrayList<>();
        for (int b = 0; b < data.size(); b++) {
            // As published every slot before the limit counts, also behind the end.
            for (int t = 0; t < DiscreteToy.LIMIT; t++) {
                boolean step = t < data.lengths()[b];
                for (int i = 0; i < AGENTS; i++) {
                    if (t > data.lengths()[b]) {
                        // π is 0 there and action 0 is the best of equals.
                        for (int a = 0; a < ACTIONS && !masked(); a++) {
                            imitations.add(Num.of(a == 0 ? 1 : 0));
                        }
                        continue;
                    }
                    boolean[] available = data.available()[b][t][i];
                    Num[] log = logPolicy(logits[b][t][i], available);
                    int best = masked() ? greedy(q[b][t][i], available) : greedy(q[b][t][i]);
                    double expected = 0;
                    for (int a = 0; a < ACTIONS; a++) {
                        Num p = log[a] == null ? Num.of(0) : log[a].exp();
                        expected += p.value * q[b][t][i][a].value;
                        if (!masked() || (step && available[a])) {
                            imitations.add(p.minus(a == best ? 1 : 0).square());
                        }
                    }
                    if (step) {
                        int a = data.actions()[b][t][i];
                        double advantage = q[b][t][i][a].value - expected;
                        improvements.add(log[a].exp().plus(1e-5).log().times(-advantage));
                    }
                }
            }
        }
        double c = number("omar.coefficient");
        Num improvement = Num.mean(improvements);
        Num imitation = Num.mean(imitations);
        tell("policy_loss_advantage", improvement);
        tell("policy_loss_search", imitation);
        actorAdam.step(nets, policyStep(actor, improvement.times(1 - c).plus(imitation.times(c))));
    }

    @Override
    void follow() {
        // Copied within the update.
    }
}
