package org.cfcql.baselines.reference;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.cfcql.learn.UpdateStep;

/** One learner per agent, each on its own reward (spec 3.5, 3.6, 3.9, 3.12). */
final class IndependentReference extends Reference {
    /** What a policy minimises. */
    enum Goal {
        VALUE,
        SEARCH,
        CLONING
    }

    private final Goal goal;
    private final boolean penalised;
    private final Nets.Adam criticAdam;
    private final Nets.Adam actorAdam;

    private IndependentReference(Goal goal, boolean penalised, Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        this.goal = goal;
        this.penalised = penalised;
        criticAdam = new Nets.Adam(number("lr"));
        actorAdam = new Nets.Adam(number("lr"));
    }

    static Trial.Maker of(Goal goal, boolean penalised, Map<String, ?> implied) {
        return (nets, keys) -> {
            Map<String, Object> all = new TreeMap<>(implied);
            all.putAll(keys);
            return new IndependentReference(goal, penalised, nets, all);
        };
    }

    @Override
    void update(Transitions data, UpdateStep step, Draws draws) {
        int[] turns =
                step.agent() == UpdateStep.ALL_AGENTS
                        ? IntStream.range(0, AGENTS).toArray()
                        : new int[] {step.agent()};
        for (int agent : turns) {
            updateCritic(agent, data.of(agent), draws);
        }
        for (int agent : full(step) ? turns : new int[0]) {
            improve(agent, data.of(agent), draws);
        }
        values.put("evaluation_actions", evaluation(data.observations(), true));
    }

    private void updateCritic(int agent, Transitions own, Draws draws) {
        double[] target = target(agent, own, draws);
        Perceptron critic = nets.leaves("critic" + agent);
        Num[][] heads = twin(critic, rows(own.state(), own.actions()));
        Num tdLoss = temporalDifference(heads, target);
        Num loss = tdLoss;
        if (penalised) {
            Num conservative = conservative(agent, critic, heads, own, draws);
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

    /** r_i + γ·(1 − done_i)·min_k Q̄_k(o'_i, ã_i). */
    private double[] target(int agent, Transitions own, Draws draws) {
        Num[][] policy = output(nets.leaves("target_actor" + agent), own.nextState(), true);
        double scale = number("targetNoise");
        double bound = number("targetNoiseClip");
        double[] noise = scale == 0 ? null : draws.take("target_noise");
        double[][][] next = new double[own.size()][1][ACTION];
        for (int index = 0; index < own.size() * ACTION; index++) {
            double moved = scale == 0 ? 0 : scale * noise[index];
            moved = bound == 0 ? moved : Math.max(-bound, Math.min(bound, moved));
            int row = index / ACTION;
            next[row][0][index % ACTION] = clip(policy[row][index % ACTION].value + moved);
        }
        double[] values =
                least(twin(nets.leaves("target_critic" + agent), rows(own.nextState(), next)));
        double[] target = new double[own.size()];
        for (int row = 0; row < target.length; row++) {
            double alive = 1 - own.dones()[row][0];
            target[row] = own.rewards()[row][0] + number("gamma") * alive * values[row];
        }
        return target;
    }

    private Num conservative(
            int agent, Perceptron critic, Num[][] heads, Transitions own, Draws draws) {
        Num[][][] current = null;
        Num[][][] following = null;
        if (is("form", "halfcheetah") || !is("lse.groups", "random")) {
            Perceptron actor = nets.leaves("actor" + agent);
            current = alone(output(actor, own.state(), true));
            following = alone(output(actor, own.nextState(), true));
            nets.track("actor" + agent, own.state());
            nets.track("actor" + agent, own.nextState());
        }
        List<Num>[][][] corrected =
                new PenaltyReference(this, 1, true)
                        .corrected(critic, own, current, following, draws);
        Num total = Num.of(0);
        for (int head = 0; head < 2; head++) {
            double[] sums = new double[own.size()];
            for (int row = 0; row < own.size(); row++) {
                double temperature = number("lse.temperature");
                List<Num> scaled =
                        corrected[head][row][0].stream()
                                .map(value -> value.times(1 / temperature))
                                .toList();
                Num lse = Num.logSumExp(scaled).times(temperature);
                sums[row] = lse.value;
                total = total.plus(lse.minus(heads[head][row]).times(1.0 / own.size()));
            }
            values.put("lse" + (head + 1), sums);
        }
        return total;
    }

    private static Num[][][] alone(Num[][] actions) {
        return Arrays.stream(actions).map(row -> new Num[][] {row}).toArray(Num[][][]::new);
    }

    private void improve(int agent, Transitions own, Draws draws) {
        Perceptron actor = nets.leaves("actor" + agent);
        Num[][][] policy = alone(output(actor, own.state(), true));
        nets.track("actor" + agent, own.state());
        Perceptron critic = nets.leaves("critic" + agent);
        Num[] first = twin(critic, rows(own.state(), policy))[0];
        Num value = Num.mean(Arrays.asList(first));
        double[][][] zero = new double[own.size()][1][ACTION];
        Num loss =
                switch (goal) {
                    case VALUE -> value.times(-1);
                    case CLONING ->
                            CloningReference.cloning(policy, own.actions())
                                    .minus(value.times(number("alpha") / size(first)));
                    case SEARCH -> rectified(critic, own, policy, first, draws);
                };
        if (goal != Goal.CLONING) {
            Num squares = CloningReference.cloning(policy, zero);
            loss = loss.plus(squares.times(number("actionRegularisation")));
        }
        loss.backward();
        values.put("policy_actions", plain(policy));
        values.put("actor_loss", plain(loss));
        Map<String, double[]> ofActor = actor.gradients();
        double norm = Perceptron.clip(ofActor.values(), number("gradientClip"));
        values.put("actor_grad_norm", new double[] {norm});
        gradients.putAll(ofActor);
        actorAdam.step(nets, ofActor);
    }

    private static double size(Num... values) {
        return Arrays.stream(values).mapToDouble(q -> Math.abs(q.value)).sum() / values.length;
    }

    /** c·mean (π − â)² − (1 − c)·mean Q_1. */
    private Num rectified(
            Perceptron critic, Transitions own, Num[][][] policy, Num[] first, Draws draws) {
        SearchReference.Candidate[] found =
                new SearchReference(this, own.state()).run(critic, draws.take("search_noise"));
        double[][][] imitated = new double[own.size()][1][];
        double[] best = new double[own.size()];
        for (int row = 0; row < best.length; row++) {
            best[row] = found[row].value();
            imitated[row][0] =
                    found[row].value() > first[row].value
                            ? found[row].action()
                            : plain(policy[row][0]);
        }
        Num imitation = CloningReference.cloning(policy, imitated);
        values.put("search_best_q1", best);
        values.put("imitated_action", RegressionReference.flat(imitated));
        values.put("imitation_loss", plain(imitation));
        double share = number("omar.coefficient");
        Num value = Num.mean(Arrays.asList(first));
        return imitation.times(share).minus(value.times(1 - share));
    }

    @Override
    void follow() {
        followAll(number("targetTau"));
    }
}
