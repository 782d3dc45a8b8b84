package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cfcql.baselines.DiscreteToy;

/** MAICQ with numbered actions (spec 3.4). */
final class MaicqEpisodeReference extends LoopedEpisodeReference {
    private final Nets.RmsProp criticRule;
    private final Nets.RmsProp actorRule;
    private long innerSteps;
    private long lastCopy;

    MaicqEpisodeReference(Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        double decay = number("rmsprop.decay");
        double epsilon = number("rmsprop.epsilon");
        criticRule = new Nets.RmsProp(number("criticLr"), decay, epsilon);
        actorRule = new Nets.RmsProp(number("lr"), decay, epsilon);
        innerSteps = (long) number("target.stepsBefore");
    }

    /** QMIX's mixer with hypernetworks of one layer. */
    private static Num mix(Perceptron mixer, double[] state, Num... own) {
        Num[] s = Reference.constants(state);
        Num[] first = mixer.layer("hyper_w_1", s);
        Num[] bias = mixer.layer("hyper_b_1", s);
        Num[] second = mixer.layer("hyper_w_final", s);
        Num total = mixer.layer("V.2", Perceptron.relu(mixer.layer("V.0", s)))[0];
        for (int unit = 0; unit < bias.length; unit++) {
            Num sum = bias[unit];
            for (int agent = 0; agent < AGENTS; agent++) {
                sum = sum.plus(own[agent].times(first[agent * bias.length + unit].abs()));
            }
            total = total.plus(sum.elu().times(second[unit].abs()));
        }
        return total;
    }

    private static Num[][][][] critic(Perceptron network, Episodes data) {
        return new EpisodeCritics(network).everywhere(data, "fc1", "fc2", "fc3", "fc_v");
    }

    private static Num[] chosen(Num[][] own, int... taken) {
        Num[] chosen = new Num[AGENTS];
        Arrays.setAll(chosen, agent -> own[agent][taken[agent]]);
        return chosen;
    }

    /** What a padded slot has: zero state and observation. */
    private static Num[][] padded(Perceptron critic) {
        Num[][] own = new Num[AGENTS][];
        for (int agent = 0; agent < AGENTS; agent++) {
            own[agent] =
                    new EpisodeCritics(critic)
                            .at(
                                    new double[DiscreteToy.TASK.stateSize()],
                                    new double[DiscreteToy.OBSERVATION],
                                    agent,
                                    "fc1",
                                    "fc2",
                                    "fc3",
                                    "fc_v");
        }
        return own;
    }

    /** B·softmax over all episodes of a time, padded ones with a number of their own. */
    private static double[][] shares(double[][] of, double padding, double temperature) {
        double[][] shares = new double[of.length][];
        for (int b = 0; b < of.length; b++) {
            shares[b] = new double[of[b].length];
            for (int t = 0; t < of[b].length; t++) {
                double total = 0;
                for (double[] episode : of) {
                    double value = t < episode.length ? episode[t] : padding;
                    total += Math.exp((value - of[b][t]) / temperature);
                }
                shares[b][t] = of.length / total;
            }
        }
        return shares;
    }

    @Override
    void update(Episodes data, Draws draws) {
        Num[][][][] slow = critic(nets.leaves("target_critic"), data);
        Perceptron slowMixer = nets.leaves("target_mixer");
        double[][] joint =
                perSlot(
                        data,
                        slot -> {
                            int b = slot.episode();
                            int t = slot.time();
                            Num[] own = chosen(slow[b][t], data.actions()[b][t]);
                            return mix(slowMixer, data.state()[b][t], own).value;
                        });
        Num[] paddedOwn = chosen(padded(nets.leaves("target_critic")), 0, 0, 0);
        double[] nothing = new double[DiscreteToy.TASK.stateSize()];
        double paddedJoint = mix(slowMixer, nothing, paddedOwn).value;
        double[][] rho = shares(joint, paddedJoint, number("targetTemperature"));
        double[][] target = new double[data.size()][];
        for (int b = 0; b < target.length; b++) {
            double[] weighted = new double[joint[b].length];
            for (int t = 0; t < weighted.length; t++) {
                weighted[t] = rho[b][t] * joint[b][t];
            }
            target[b] = lambdaReturns(data, b, weighted);
        }
        descend(
                data,
                List.of("critic", "mixer"),
                "-",
                (networks, span) -> {
                    Num[][][][] q = critic(networks.get(0), data);
                    List<Num> errors = new ArrayList<>();
                    for (Slot slot : span) {
                        int b = slot.episode();
                        int t = slot.time();
                        Num[] own = chosen(q[b][t], data.actions()[b][t]);
                        Num mixed = mix(networks.get(1), data.state()[b][t], own);
                        errors.add(mixed.minus(target[b][t]).square());
                    }
                    return Num.mean(errors);
                },
                own -> {
                    criticRule.step(nets, own);
                    innerSteps++;
                });
        improve(data);
    }

    private void improve(Episodes data) {
        Perceptron actor = nets.leaves("agent");
        Num[][][][] logits = unroll(actor, data);
        Num[][][][] q = critic(nets.leaves("critic"), data);
        Num[][] nothing = padded(nets.leaves("critic"));
        List<Num> terms = new ArrayList<>();
        for (int agent = 0; agent < AGENTS; agent++) {
            int i = agent;
            double[][] advantages =
                    perSlot(
                            data,
                            slot -> {
                                int b = slot.episode();
                                int t = slot.time();
                                Num[] own = q[b][t][i];
                                Num[] log = logPolicy(logits[b][t][i], data.available()[b][t][i]);
                                double baseline = 0;
                                for (int a = 0; a < ACTIONS; a++) {
                                    baseline +=
                                            log[a] == null
                                                    ? 0
                                                    : Math.exp(log[a].value) * own[a].value;
                                }
                                return own[data.actions()[b][t][i]].value - baseline;
                            });
            double mean = Arrays.stream(nothing[i]).mapToDouble(x -> x.value).sum() / ACTIONS;
            double[][] weights =
                    shares(advantages, nothing[i][0].value - mean, number("policyTemperature"));
            for (Slot slot : data.steps()) {
                int b = slot.episode();
                int t = slot.time();
                Num[] log = logPolicy(logits[b][t][i], data.available()[b][t][i]);
                double credit = credit(data.state()[b][t], i);
                terms.add(log[data.actions()[b][t][i]].times(-weights[b][t] * credit));
            }
        }
        actorRule.step(nets, policyStep(actor, Num.mean(terms)));
    }

    /** Agent i's share of Σ_e |W1_ie|·|W2_e|. */
    private double credit(double[] state, int agent) {
        Perceptron mixer = nets.leaves("mixer");
        Num[] s = Reference.constants(state);
        Num[] first = mixer.layer("hyper_w_1", s);
        Num[] second = mixer.layer("hyper_w_final", s);
        double own = 0;
        double all = 0;
        for (int i = 0; i < AGENTS; i++) {
            for (int e = 0; e < second.length; e++) {
                double product = Math.abs(first[i * second.length + e].value * second[e].value);
                all += product;
                own += i == agent ? product : 0;
            }
        }
        return own / all;
    }

    @Override
    void follow() {
        if (innerSteps - lastCopy >= number("target.interval")) {
            lastCopy = innerSteps;
            nets.copy("target_critic", "critic");
            nets.copy("target_mixer", "mixer");
            nets.of().get("counters").put("last_copy", new double[] {lastCopy});
        }
    }
}
