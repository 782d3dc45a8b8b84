package org.cfcql.nativecode;

import org.bytedeco.pytorch.Tensor;

/**
 * What the conservative penalty of the continuous critic (Eq. 7) is computed from (spec 2.3): all
 * constants for the gradient. {@code G} groups of samples, {@code B} states, {@code n} agents,
 * {@code K} samples, {@code d} action components per agent, {@code S} state size.
 *
 * <ul>
 *   <li>CFCQL, MPE: one group; {@code others} are the actions of the data.
 *   <li>CFCQL, HalfCheetah: three groups; {@code others} are the actions of the data, the same with
 *       their small noise, and the next-index actions with theirs.
 *   <li>MACQL: all agents are drawn jointly, so they are one agent with {@code n·d} components:
 *       {@code others [G, B, 1, n·d]} (not used), {@code sampled [G, B, 1, K, n·d]}, {@code
 *       weights} ones {@code [B, 1]}.
 * </ul>
 *
 * @param state {@code [B, S]}
 * @param others joint actions whose component i is replaced, {@code [G, B, n, d]}
 * @param sampled the replacing actions, {@code [G, B, n, K, d]}
 * @param logDensity log-density of each sample, {@code [G, B, n, K]}, or one per group, {@code [G]}
 * @param weights weight λ of each agent, {@code [B, n]}
 * @param temperature temperature T of the log-sum-exp
 */
public record CriticPenaltyInputs(
        Tensor state,
        Tensor others,
        Tensor sampled,
        Tensor logDensity,
        Tensor weights,
        double temperature) {
    /** G. */
    public int groups() {
        return (int) sampled.size(0);
    }

    /** B. */
    public int batch() {
        return (int) sampled.size(1);
    }

    /** n. */
    public int agents() {
        return (int) sampled.size(2);
    }

    /** K. */
    public int samples() {
        return (int) sampled.size(3);
    }

    /** d. */
    public int actionSize() {
        return (int) sampled.size(4);
    }

    /** S. */
    public int stateSize() {
        return (int) state.size(1);
    }

    /** Adds the five arrays to a call. */
    void addTo(KernelArguments arguments) {
        long states = (long) batch() * agents();
        long rows = groups() * states * samples();
        arguments
                .input("state", state, (long) batch() * stateSize())
                .input("others", others, groups() * states * actionSize())
                .input("sampled", sampled, rows * actionSize())
                .input("log_density", logDensity, densityPerSample() ? rows : groups())
                .input("weights", weights, states);
    }

    /** True if there is a density for every sample, false if one per group. */
    public boolean densityPerSample() {
        return logDensity.dim() == 4;
    }
}
