package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** CFCQL, MACQL and QMIX with numbered actions (spec 1). */
final class MixingReference extends EpisodeReference {
    private final ConservativeReference.Term term;
    private final Nets.Adam adam;
    private int calls;

    private MixingReference(ConservativeReference.Term term, Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        this.term = term;
        adam = new Nets.Adam(number("lr"));
    }

    static EpisodeTrial.Maker of(ConservativeReference.Term term) {
        return (nets, keys) -> new MixingReference(term, nets, keys);
    }

    /** Q_tot = ELU(q·|W1| + b1)·|W2| + b2 (spec 1.3). */
    private record Mixer(Num[] first, Num[] firstBias, Num[] second, Num secondBias) {
        static Mixer of(Perceptron network, double... state) {
            Num[] s = Reference.constants(state);
            return new Mixer(
                    network.layer("hyper_w1.2", Perceptron.relu(network.layer("hyper_w1.0", s))),
                    network.layer("hyper_b1.0", s),
                    network.layer("hyper_w2.2", Perceptron.relu(network.layer("hyper_w2.0", s))),
                    network.layer("hyper_b2.2", Perceptron.relu(network.layer("hyper_b2.0", s)))[
                            0]);
        }

        Num mix(Num... own) {
            Num total = secondBias;
            for (int unit = 0; unit < firstBias.length; unit++) {
                Num sum = firstBias[unit];
                for (int agent = 0; agent < own.length; agent++) {
                    sum = sum.plus(own[agent].times(first[agent * firstBias.length + unit].abs()));
                }
                total = total.plus(sum.elu().times(second[unit].abs()));
            }
            return total;
        }
    }

    @Override
    void update(Episodes data, Draws draws) {
        Perceptron agent = nets.leaves("agent");
        Perceptron mixer = nets.leaves("mixer");
        Num[][][][] q = unroll(agent, data);
        double[][] target = target(data, q);
        double[] joint = term == ConservativeReference.Term.JOINT ? draws.take(draw()) : null;
        Num[][][][] behaviour = weighs() ? unroll(nets.leaves("behaviour"), data) : null;
        List<Num> errors = new ArrayList<>();
        List<Num> penalties = new ArrayList<>();
        for (Slot slot : data.steps()) {
            int episode = slot.episode();
            int time = slot.time();
            Num[][] own = q[episode][time];
            int[] taken = data.actions()[episode][time];
            boolean[][] available = data.available()[episode][time];
            Mixer mixing = Mixer.of(mixer, data.state()[episode][time]);
            Num chosen = mixing.mix(chosen(own, taken));
            errors.add(chosen.minus(target[episode][time]).square().times(0.5));
            if (term == ConservativeReference.Term.COUNTERFACTUAL) {
                Num[][] beta = behaviour == null ? null : behaviour[episode][time];
                penalties.add(counterfactual(mixing, own, taken, available, beta).minus(chosen));
            } else if (term == ConservativeReference.Term.JOINT) {
                penalties.add(joint(mixing, own, available, slot, joint, data).minus(chosen));
            }
        }
        Num tdLoss = Num.mean(errors);
        Num loss = tdLoss;
        if (term != ConservativeReference.Term.NONE) {
            tell("conservative_loss", Num.mean(penalties));
            loss = loss.plus(Num.mean(penalties).times(number("alpha")));
        }
        loss.backward();
        tell("td_loss", tdLoss);
        tell("loss", loss);
        Map<String, double[]> all = new TreeMap<>(agent.gradients());
        all.putAll(mixer.gradients());
        gradients.putAll(clipped("grad_norm", all));
        adam.step(nets, all);
    }

    private String draw() {
        return is("macql.sampling", "fixed") ? "joint_choices" : "joint_actions";
    }

    private boolean weighs() {
        return term == ConservativeReference.Term.COUNTERFACTUAL && !is("lambda.mode", "uniform");
    }

    private static Num[] chosen(Num[][] own, int... taken) {
        Num[] chosen = new Num[AGENTS];
        Arrays.setAll(chosen, agent -> own[agent][taken[agent]]);
        return chosen;
    }

    /** Double Q-learning (spec 1.4). */
    private double[][] target(Episodes data, Num[][][][] online) {
        Num[][][][] slow = unroll(nets.leaves("target_agent"), data);
        Perceptron mixer = nets.leaves("target_mixer");
        double[][] returns = new double[data.size()][];
        for (int episode = 0; episode < data.size(); episode++) {
            double[] value = new double[data.lengths()[episode] + 1];
            for (int time = 0; time < value.length; time++) {
                Num[] best = new Num[AGENTS];
                for (int agent = 0; agent < AGENTS; agent++) {
                    boolean[] available = data.available()[episode][time][agent];
                    int action = greedy(online[episode][time][agent], available);
                    best[agent] = slow[episode][time][agent][action];
                }
                value[time] = Mixer.of(mixer, data.state()[episode][time]).mix(best).value;
            }
            returns[episode] = lambdaReturns(data, episode, value);
        }
        return returns;
    }

    /** Σ_i λ_i·LSE_i over available actions (Eq. 7 to 9; spec 1.5, 1.6). */
    private Num counterfactual(
            Mixer mixing, Num[][] own, int[] taken, boolean[][] available, Num[][] behaviour) {
        Num[] sums = new Num[AGENTS];
        double[] deviations = new double[AGENTS];
        for (int agent = 0; agent < AGENTS; agent++) {
            List<Num> values = new ArrayList<>();
            for (int action = 0; action < ACTIONS; action++) {
                if (available[agent][action]) {
                    Num[] together = chosen(own, taken);
                    together[agent] = own[agent][action];
                    values.add(mixing.mix(together));
                }
            }
            sums[agent] = Num.logSumExp(values);
            if (behaviour != null) {
                Num[] log = logPolicy(behaviour[agent], available[agent]);
                int next = 0;
                for (int action = 0; action < ACTIONS; action++) {
                    if (available[agent][action]) {
                        double mu = Math.exp(values.get(next++).value - sums[agent].value) + 1e-5;
                        double beta = Math.exp(log[action].value) + 1e-5;
                        deviations[agent] +=
                                is("lambda.measure", "ratio")
                                        ? mu * mu / beta
                                        : mu * Math.log(mu / beta);
                    }
                }
            }
        }
        double[] weights = weights(deviations);
        Num total = Num.of(0);
        for (int agent = 0; agent < AGENTS; agent++) {
            total = total.plus(sums[agent].times(weights[agent]));
        }
        return total;
    }

    private double[] weights(double... deviations) {
        if (is("lambda.mode", "uniform")) {
            return new double[] {1.0 / 3, 1.0 / 3, 1.0 / 3};
        }
        double sign = is("lambda.sign", "minus") ? -1 : 1;
        double top = Arrays.stream(deviations).map(x -> sign * x).max().orElseThrow();
        boolean hard = is("lambda.mode", "argmax");
        double[] shares =
                Arrays.stream(deviations)
                        .map(x -> sign * x)
                        .map(x -> hard ? (x == top ? 1 : 0) : Math.exp(number("lambda.tau") * x))
                        .toArray();
        double all = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / all).toArray();
    }

    /** log Σ exp over joint samples, as published or over available actions (spec 1.11). */
    private Num joint(
            Mixer mixing,
            Num[][] own,
            boolean[][] available,
            Slot slot,
            double[] draws,
            Episodes data) {
        boolean fixed = is("macql.sampling", "fixed");
        int samples = (int) number("macql.samples");
        List<Num> values = new ArrayList<>();
        double combinations = 1;
        for (boolean[] of : available) {
            combinations *= allowed(of).size();
        }
        for (int sample = 0; sample < samples; sample++) {
            Num[] together = new Num[AGENTS];
            boolean valid = true;
            for (int agent = 0; agent < AGENTS; agent++) {
                int row = (sample * data.size() + slot.episode()) * (SLOTS - 1) + slot.time();
                double draw = draws[row * AGENTS + agent];
                List<Integer> choices = allowed(available[agent]);
                int action =
                        fixed ? choices.get((int) ((draw + 1) / 2 * choices.size())) : (int) draw;
                valid &= available[agent][action];
                together[agent] = own[agent][action];
            }
            values.add(valid ? mixing.mix(together) : Num.of(0));
        }
        return Num.logSumExp(values).plus(fixed ? Math.log(combinations / samples) : 0);
    }

    private static List<Integer> allowed(boolean... available) {
        List<Integer> allowed = new ArrayList<>();
        for (int action = 0; action < ACTIONS; action++) {
            if (available[action]) {
                allowed.add(action);
            }
        }
        return allowed;
    }

    @Override
    void follow() {
        int counter = (int) number("target.stepsBefore") + calls++;
        if (counter > 0 && counter % (int) number("target.interval") == 0) {
            nets.copy("target_agent", "agent");
            nets.copy("target_mixer", "mixer");
        }
    }
}
