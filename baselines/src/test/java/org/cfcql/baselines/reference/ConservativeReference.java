package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cfcql.learn.UpdateStep;

/** CFCQL, MACQL and MATD3 with a central critic (spec 2). */
final class ConservativeReference extends Reference {
    /** Which conservative term. */
    enum Term {
        COUNTERFACTUAL,
        JOINT,
        NONE
    }

    private final Term term;
    private final Nets.Adam criticAdam;
    private final Nets.Adam actorAdam;

    private ConservativeReference(Term term, Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        this.term = term;
        criticAdam = new Nets.Adam(number("lr"));
        actorAdam = new Nets.Adam(number("actorLr"));
    }

    /**
     * For one term.
     *
     * @param implied what the learner's keys leave to its defaults
     */
    static Trial.Maker of(Term term, Map<String, ?> implied) {
        return (nets, keys) -> {
            Map<String, Object> all = new TreeMap<>(implied);
            all.putAll(keys);
            return new ConservativeReference(term, nets, all);
        };
    }

    @Override
    void update(Transitions data, UpdateStep step, Draws draws) {
        updateCritic(data, draws);
        if (full(step)) {
            improve(data);
        }
        values.put("evaluation_actions", evaluation(data.observations(), true));
    }

    private void updateCritic(Transitions data, Draws draws) {
        double[] target = target(data, next(data, draws));
        Perceptron critic = nets.leaves("critic");
        Num[][] heads = twin(critic, rows(data.state(), data.actions()));
        Num tdLoss = temporalDifference(heads, target);
        Num loss = tdLoss;
        if (term != Term.NONE) {
            Num conservative = conservative(critic, heads, data, draws);
            values.put("conservative_loss", plain(conservative));
            loss = loss.plus(conservative.times(number("alpha")));
        }
        loss.backward();
        tellCritic(target, heads);
        values.put("td_loss", plain(tdLoss));
        values.put("critic_loss", plain(loss));
        Map<String, double[]> ofCritic = critic.gradients();
        double norm = Perceptron.clip(ofCritic.values(), number("gradientClip"));
        values.put("critic_grad_norm", new double[] {norm});
        gradients.putAll(ofCritic);
        criticAdam.step(nets, ofCritic);
    }

    /** min_k of the target critics (Eq. 1), with CF_T after the mean over agents {@code [B]}. */
    private double[] next(Transitions data, Draws draws) {
        Num[][][] policy = act(actors("target_actor"), data.nextObservations(), true);
        double[] noise = draws.take("target_noise");
        double[][][] smoothed = new double[data.size()][AGENTS][ACTION];
        int draw = 0;
        for (int row = 0; row < smoothed.length; row++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                for (int k = 0; k < ACTION; k++) {
                    double moved = number("targetNoise") * noise[draw++];
                    smoothed[row][agent][k] = clip(policy[row][agent][k].value + moved);
                }
            }
        }
        Perceptron critic = nets.leaves("target_critic");
        if (!is("cft", true)) {
            return least(twin(critic, rows(data.nextState(), smoothed)));
        }
        Num[][] heads =
                twin(
                        critic,
                        counterfactual(data.nextState(), data.nextActions(), constant(smoothed)));
        Num[][] means = new Num[2][data.size()];
        for (int head = 0; head < 2; head++) {
            for (int row = 0; row < data.size(); row++) {
                List<Num> own =
                        Arrays.asList(heads[head]).subList(row * AGENTS, (row + 1) * AGENTS);
                means[head][row] = Num.mean(own);
            }
        }
        return least(means);
    }

    private static Num[][][] constant(double[][][] values) {
        return Arrays.stream(values).map(Reference::constants).toArray(Num[][][]::new);
    }

    /** Rows (b, i): stored actions with component i of the policy. */
    private static Num[][] counterfactual(
            double[][] states, double[][][] stored, Num[][][] policy) {
        List<Num[]> rows = new ArrayList<>();
        for (int row = 0; row < states.length; row++) {
            for (int agent = 0; agent < AGENTS; agent++) {
                Num[][] together = constants(stored[row]);
                together[agent] = policy[row][agent];
                rows.add(row(states[row], together));
            }
        }
        return rows.toArray(Num[][]::new);
    }

    private Num conservative(Perceptron critic, Num[][] heads, Transitions data, Draws draws) {
        Num[][][] current = null;
        Num[][][] following = null;
        if (is("form", "halfcheetah") || !is("lse.groups", "random")) {
            current = act(actors("actor"), data.observations(), true);
            following = act(actors("actor"), data.nextObservations(), true);
            track(data.observations());
            track(data.nextObservations());
        }
        boolean joint = term == Term.JOINT;
        List<Num>[][][] corrected =
                new PenaltyReference(this, AGENTS, joint)
                        .corrected(critic, data, current, following, draws);
        double[][] weights = weights(data, draws);
        double temperature = number("lse.temperature");
        Num total = Num.of(0);
        for (int head = 0; head < 2; head++) {
            List<Num> all = new ArrayList<>();
            List<Num> sums = new ArrayList<>();
            for (int row = 0; row < data.size(); row++) {
                for (int agent = 0; agent < corrected[head][row].length; agent++) {
                    List<Num> own = corrected[head][row][agent];
                    all.addAll(own);
                    List<Num> scaled =
                            own.stream().map(value -> value.times(1 / temperature)).toList();
                    Num lse = Num.logSumExp(scaled).times(temperature);
                    sums.add(lse);
                    total = total.plus(lse.times(weights[row][agent] / data.size()));
                }
                total = total.minus(heads[head][row].times(1.0 / data.size()));
            }
            values.put("corrected_q" + (head + 1), plain(all.toArray(new Num[0])));
            values.put("lse" + (head + 1), plain(sums.toArray(new Num[0])));
        }
        return total;
    }

    /** λ {@code [B][n]} (Eq. 8 and 9); 1 for the joint term. */
    private double[][] weights(Transitions data, Draws draws) {
        double[][] weights = new double[data.size()][AGENTS];
        for (double[] row : weights) {
            Arrays.fill(row, term == Term.JOINT ? 1 : 1.0 / AGENTS);
        }
        if (term == Term.JOINT) {
            return weights;
        }
        if (is("lambda.mode", "softmax") || is("lambda.mode", "argmax")) {
            Num[][][] policy = act(actors("actor"), data.observations(), true);
            track(data.observations());
            double[][] densities =
                    VaeReference.logDensity(
                            nets.leaves("vae"),
                            data.state(),
                            policy,
                            number("vae.beta"),
                            draws.take("latents"));
            values.put("log_beta", Transitions.flat(densities));
            for (int row = 0; row < weights.length; row++) {
                weights[row] = weights(densities[row]);
            }
        }
        values.put("lambda", Transitions.flat(weights));
        return weights;
    }

    private double[] weights(double... densities) {
        double sign = is("lambda.sign", "minus") ? -1 : 1;
        double[] exponents = new double[AGENTS];
        for (int agent = 0; agent < AGENTS; agent++) {
            double deviation =
                    is("lambda.measure", "ratio")
                            ? 1 / Math.exp(densities[agent])
                            : -densities[agent];
            exponents[agent] = sign * deviation;
        }
        double top = Arrays.stream(exponents).max().orElseThrow();
        boolean hard = is("lambda.mode", "argmax");
        double[] shares =
                Arrays.stream(exponents)
                        .map(
                                x ->
                                        hard
                                                ? x == top ? 1 : 0
                                                : Math.exp(number("lambda.tau") * (x - top)))
                        .toArray();
        double all = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / all).toArray();
    }

    private void improve(Transitions data) {
        Perceptron[] actors = actors("actor");
        Num[][][] policy = act(actors, data.observations(), true);
        track(data.observations());
        boolean counterfactual = is("cfp", true) || is("macql.policyImprovement", "counterfactual");
        Num[][] rows =
                counterfactual
                        ? counterfactual(data.state(), data.actions(), policy)
                        : rows(data.state(), policy);
        Num value = Num.mean(Arrays.asList(twin(nets.leaves("critic"), rows)[0]));
        Num loss = value.times(-1);
        // Σ_i 1e-3·mean_{B,d} π_i²
        double share = number("actionRegularisation") / (data.size() * ACTION);
        for (Num[][] row : policy) {
            for (Num[] action : row) {
                for (Num component : action) {
                    loss = loss.plus(component.square().times(share));
                }
            }
        }
        double cloning = number("behaviourCloning");
        loss =
                loss.times(1 - cloning)
                        .plus(CloningReference.cloning(policy, data.actions()).times(cloning));
        loss.backward();
        double[] norms = new double[AGENTS];
        for (int agent = 0; agent < AGENTS; agent++) {
            Map<String, double[]> own = actors[agent].gradients();
            norms[agent] = Perceptron.clip(own.values(), number("gradientClip"));
            gradients.putAll(own);
            actorAdam.step(nets, own);
        }
        values.put("policy_actions", plain(policy));
        values.put("actor_loss", plain(loss));
        values.put("actor_grad_norm", norms);
    }

    @Override
    void follow() {
        followAll(number("targetTau"));
    }
}
