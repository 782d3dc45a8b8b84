package org.cfcql.baselines.omar;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Noise;
import org.cfcql.learn.RecurrentPolicy;
import org.cfcql.learn.Settings;

/**
 * OMAR's zeroth-order search carried over to numbered actions: ours, because the published port
 * leaves it out (D-53).
 *
 * <p>For every row and agent at once, a Gaussian over the A logits starts at μ = 0, σ = 1
 * (decisions depend on the order of logits only, so where σ starts changes nothing). Each of J
 * iterations draws M logits z_m = μ + σ·ε_m, plays the available action of the largest one and asks
 * Q of it; then w = softmax_m Q, μ ← Σ w_m·z_m, σ² ← mean_m (z_m − μ)², as on MPE. The result is
 * the better of the last population's best action and the policy's own.
 *
 * @param iterations J, 5: {@code omar_iters} of the published configuration, which its code ignores
 * @param samples M, 10: {@code omar_num_samples} there
 */
record LogitSearch(int iterations, int samples) {
    private static final long[] OVER_SAMPLES = {0};

    /**
     * Reads the {@code search} keys.
     *
     * @param used whether the mode searches
     */
    static LogitSearch read(Settings settings, boolean used) {
        if (!used) {
            settings.refuseInert("search.", "set omarD.mode: cem or leave it out");
            return new LogitSearch(0, 0);
        }
        return new LogitSearch(
                settings.count("search.iterations", 5, 1, 1000),
                settings.count("search.samples", 10, 2, 10_000));
    }

    /**
     * Searches.
     *
     * @param values Q {@code [row, agent, action]}
     * @param available boolean, of the same shape
     * @param policy π, of the same shape
     * @return actions {@code [row, agent]}
     */
    Tensor run(Tensor values, Tensor available, Tensor policy, Noise noise) {
        Tensor mean = values.new_zeros(values.shape());
        Tensor spread = mean.add(new Scalar(1.0));
        long[] shape = values.shape();
        Tensor repeated = values.unsqueeze(0).expand(samples, shape[0], shape[1], shape[2]);
        Tensor actions = null;
        Tensor found = null;
        for (int iteration = 0; iteration < iterations; iteration++) {
            Tensor logits =
                    noise.normal("search_noise", samples, shape[0], shape[1], shape[2])
                            .mul(spread)
                            .add(mean);
            actions = RecurrentPolicy.greedy(logits, available.unsqueeze(0));
            found = repeated.gather(3, actions.unsqueeze(3)).select(3, 0);
            Tensor weights = found.softmax(0).unsqueeze(3);
            mean = weights.mul(logits).sum(OVER_SAMPLES);
            spread = logits.sub(mean).square().mean(OVER_SAMPLES).sqrt();
        }
        Tensor best = found.argmax(new LongOptional(0), true);
        Tensor candidate = actions.gather(0, best).select(0, 0);
        Tensor own = RecurrentPolicy.greedy(policy, available);
        Tensor candidateValue = valueOf(values, candidate);
        return candidate.where(candidateValue.ge(valueOf(values, own)), own);
    }

    private static Tensor valueOf(Tensor values, Tensor actions) {
        return values.gather(2, actions.unsqueeze(2)).select(2, 0);
    }
}
