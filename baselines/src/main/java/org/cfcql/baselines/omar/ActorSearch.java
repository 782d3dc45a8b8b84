package org.cfcql.baselines.omar;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.Noise;
import org.cfcql.learn.Probe;
import org.cfcql.learn.Settings;
import org.cfcql.nn.TwinCritic;

/**
 * OMAR's zeroth-order search for an action of a large value, for every observation of a batch at
 * once (spec 3.5). B observations, M samples, d action components.
 *
 * <p>Each of J iterations draws a_m = clip(μ + σ·ε_m, ±1) and asks Q_1(o, a_m), one call of B·M
 * rows. Then
 *
 * <ul>
 *   <li>{@code softmax} (MPE): w = softmax_m Q_1, μ ← Σ w_m·a_m, σ² ← mean_m (a_m − μ)² around the
 *       new μ;
 *   <li>{@code elites} (HalfCheetah): the elites of the last iteration, with the values they had
 *       then, join the population; μ and σ are mean and unbiased deviation of the new elites.
 * </ul>
 *
 * <p>The result is the best action of the last population. With batch normalisation every call is
 * normalised by its own rows, so values of different calls are not on one scale; as published
 * (D-60).
 *
 * @param elites number of elites; 0 for the softmax
 * @param iterations J: 3 on MPE, 2 on HalfCheetah
 * @param samples M: 10 on MPE, 20 on HalfCheetah
 * @param mean μ at first, 0
 * @param deviation σ at first, 2
 */
record ActorSearch(int elites, int iterations, int samples, double mean, double deviation) {
    private static final long[] OVER_SAMPLES = {1};

    /**
     * Reads the {@code search} keys.
     *
     * @param halfCheetah whose published values are the defaults
     */
    static ActorSearch read(Settings settings, boolean halfCheetah) {
        String mode =
                settings.choice(
                        "search.mode", halfCheetah ? "elites" : "softmax", "softmax", "elites");
        boolean byElites = mode.equals("elites");
        if (!byElites) {
            settings.refuseInert("search.elites", "set search.mode: elites or leave it out");
        }
        int samples = settings.count("search.samples", byElites ? 20 : 10, 2, 10_000);
        int elites = settings.count("search.elites", Math.min(5, samples), 2, samples);
        return new ActorSearch(
                byElites ? elites : 0,
                settings.count("search.iterations", byElites ? 2 : 3, 1, 1000),
                samples,
                settings.number("search.mean", 0, -1, 1),
                settings.number("search.deviation", 2, 1e-9, 1e3));
    }

    /**
     * What was found.
     *
     * @param action {@code [B, d]}
     * @param value Q_1 of it, {@code [B]}
     */
    record Best(Tensor action, Tensor value) {}

    /** Actions {@code [B, m, d]} with the values {@code [B, m]} they had when they were drawn. */
    private record Population(Tensor actions, Tensor values) {
        Population with(Population others) {
            return new Population(
                    torch.cat(new TensorVector(actions, others.actions), 1),
                    torch.cat(new TensorVector(values, others.values), 1));
        }

        Population best(int count) {
            T_TensorTensor_T top = values.topk(count);
            Tensor rows = top.get1().unsqueeze(2).expand(values.size(0), count, actions.size(2));
            return new Population(actions.gather(1, rows), top.get0());
        }
    }

    /**
     * Searches.
     *
     * @param observations {@code [B, O]}
     * @param size d
     */
    Best run(TwinCritic critic, Tensor observations, long size, Noise noise, Probe probe) {
        long batch = observations.size(0);
        long width = observations.size(1);
        Tensor repeated =
                observations
                        .unsqueeze(1)
                        .expand(batch, samples, width)
                        .reshape(batch * samples, width);
        Tensor draws = noise.normal("search_noise", iterations, batch, samples, size);
        Tensor centre = draws.select(0, 0).mul(new Scalar(0)).add(new Scalar(mean));
        Tensor spread = centre.mul(new Scalar(0)).add(new Scalar(deviation));
        Population population = null;
        Population elite = null;
        for (int iteration = 0; iteration < iterations; iteration++) {
            Tensor actions =
                    centre.add(spread.mul(draws.select(0, iteration)))
                            .clamp(
                                    new ScalarOptional(new Scalar(-1.0)),
                                    new ScalarOptional(new Scalar(1.0)));
            Tensor rows =
                    torch.cat(
                            new TensorVector(repeated, actions.reshape(batch * samples, size)), 1);
            population = new Population(actions, critic.frozenFirst(rows).view(batch, samples));
            if (elites == 0) {
                Tensor weights = population.values().softmax(1).unsqueeze(2);
                centre = weights.mul(actions).sum(OVER_SAMPLES, true, new ScalarTypeOptional());
                spread =
                        actions.sub(centre)
                                .square()
                                .mean(OVER_SAMPLES, true, new ScalarTypeOptional())
                                .sqrt();
            } else {
                population = elite == null ? population : population.with(elite);
                elite = population.best(elites);
                centre = elite.actions().mean(OVER_SAMPLES, true, new ScalarTypeOptional());
                spread = elite.actions().std(OVER_SAMPLES, true, true);
            }
        }
        probe.value("search_mean", centre.select(1, 0));
        probe.value("search_std", spread.select(1, 0));
        Population best = population.best(1);
        return new Best(best.actions().select(1, 0), best.values().select(1, 0));
    }
}
