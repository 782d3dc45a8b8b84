package org.cfcql.parts;

/**
 * Learning rate that falls along half a cosine from its start to zero (spec 3.7).
 *
 * @param learningRate rate of the first update
 * @param updates T_max, when it reaches zero
 */
public record CosineDecay(double learningRate, double updates) {
    /** Rate of update k = 0, 1, ... */
    public double at(long update) {
        return learningRate * (1 + Math.cos(Math.PI * update / updates)) / 2;
    }
}
