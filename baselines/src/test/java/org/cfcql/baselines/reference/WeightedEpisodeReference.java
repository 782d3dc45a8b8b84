package org.cfcql.baselines.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Implicit Q-learning and AWAC with numbered actions (spec 3.7, 3.8). */
final class WeightedEpisodeReference extends EpisodeReference {
    private final boolean implicit;
    private final Nets.Adam criticAdam;
    private final Nets.Adam actorAdam;
    private int calls;

    private WeightedEpisodeReference(boolean implicit, Nets nets, Map<String, ?> keys) {
        super(nets, keys);
        this.implicit = implicit;
        criticAdam = new Nets.Adam(number("lr"));
        actorAdam = new Nets.Adam(number("lr"));
    }

    /** Implicit Q-learning, else AWAC. */
    static EpisodeTrial.Maker of(boolean implicit) {
        return (nets, keys) -> new WeightedEpisodeReference(implicit, nets, keys);
    }

    /** Terms of the three losses, one per step and agent. */
    private record Terms(List<Num> value, List<Num> critic, List<Num> actor) {}

    @Override
    void update(Episodes data, Draws draws) {
        boolean separate = is("twinHeads", "separate");
        Perceptron actor = nets.leaves("agent");
        Perceptron critic = nets.leaves("q");
        Perceptron value = implicit ? nets.leaves("value") : null;
        Num[][][][] logits = unroll(actor, data);
        Num[][][][][] slow =
                new EpisodeCritics(nets.leaves("target_q")).twin(data, separate, false);
        Num[][][][] baseline =
                implicit
                        ? new EpisodeCritics(value).everywhere(data, "fc1", "fc2", "fc3", "")
                        : expected(data, logits, slow);
        Num[][][][][] heads = new EpisodeCritics(critic).twin(data, separate, false);
        Terms terms = terms(data, logits, slow, baseline, heads);
        Map<String, double[]> stepped = new TreeMap<>();
        if (implicit) {
            Num.mean(terms.value).backward();
            tell("value_loss", Num.mean(terms.value));
            stepped.putAll(clipped("value_grad_norm", value.gradients()));
        }
        Num.mean(terms.critic).backward();
        tell("q_loss", Num.mean(terms.critic));
        stepped.putAll(
                clipped("q_grad_norm", critic.gradientsWithout(separate ? "-" : ".*/fc6.*")));
        gradients.putAll(stepped);
        criticAdam.step(nets, stepped);
        Num.mean(terms.actor).backward();
        tell("policy_loss", Num.mean(terms.actor));
        Map<String, double[]> own = clipped("policy_grad_norm", actor.gradients());
        gradients.putAll(own);
        double share = 0.5 * (1 + Math.cos(Math.PI * calls++ / number("cosineSteps")));
        values.put("policy_lr", new double[] {number("lr") * share});
        actorAdam.step(nets, own, number("lr") * share);
    }

    private Terms terms(
            Episodes data,
            Num[][][][] logits,
            Num[][][][][] slow,
            Num[][][][] baseline,
            Num[][][][][] heads) {
        Terms terms = new Terms(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        double expectile = implicit ? number("expectile") : 0;
        for (Slot slot : data.steps()) {
            int b = slot.episode();
            int t = slot.time();
            double alive = 1 - data.terminated()[b][t];
            for (int i = 0; i < AGENTS; i++) {
                int a = data.actions()[b][t][i];
                double least = Math.min(slow[0][b][t][i][a].value, slow[1][b][t][i][a].value);
                Num u = baseline[b][t][i][0].times(-1).plus(least);
                double side = Math.abs(expectile - (u.value < 0 ? 1 : 0));
                terms.value.add(u.square().times(side));
                double next = baseline[b][t + 1][i][0].value;
                double target = data.rewards()[b][t] + number("gamma") * alive * next;
                Num first = heads[0][b][t][i][a].minus(target).square();
                Num second = heads[1][b][t][i][a].minus(target).square();
                terms.critic.add(first.plus(second).times(0.5));
                double weight =
                        Math.min(
                                Math.exp(number("inverseTemperature") * u.value),
                                number("weightCap"));
                Num log = logPolicy(logits[b][t][i], data.available()[b][t][i])[a];
                terms.actor.add(log.times(-weight));
            }
        }
        return terms;
    }

    /** Σ_a π(a)·min_k Q̄_k(a), as one output. */
    private static Num[][][][] expected(Episodes data, Num[][][][] logits, Num[][][][][] slow) {
        Num[][][][] values = new Num[data.size()][SLOTS][AGENTS][];
        for (int b = 0; b < data.size(); b++) {
            for (int t = 0; t <= data.lengths()[b]; t++) {
                for (int i = 0; i < AGENTS; i++) {
                    Num[] log = logPolicy(logits[b][t][i], data.available()[b][t][i]);
                    double value = 0;
                    for (int a = 0; a < ACTIONS; a++) {
                        double least =
                                Math.min(slow[0][b][t][i][a].value, slow[1][b][t][i][a].value);
                        value += log[a] == null ? 0 : Math.exp(log[a].value) * least;
                    }
                    values[b][t][i] = new Num[] {Num.of(value)};
                }
            }
        }
        return values;
    }

    @Override
    void follow() {
        nets.follow("target_q", "q", number("targetTau"));
    }
}
