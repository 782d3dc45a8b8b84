package org.cfcql.nn;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.random.RandomStream;
import org.cfcql.tensor.Compute;

/**
 * Makes initial parameters from a named random stream.
 *
 * @param compute what the networks compute with
 * @param stream where the numbers come from; consumed in the order of the calls
 */
public record Initialisation(Compute compute, RandomStream stream) {
    /** Uniform numbers of [-bound, bound). */
    public Tensor uniform(double bound, long... shape) {
        float[] values = new float[elements(shape)];
        stream.fillUniform(values, (float) -bound, (float) bound);
        return compute.tensors().of(values, shape);
    }

    /** Normal numbers with mean 0. */
    public Tensor normal(double deviation, long... shape) {
        float[] values = new float[elements(shape)];
        stream.fillNormal(values);
        for (int index = 0; index < values.length; index++) {
            values[index] *= (float) deviation;
        }
        return compute.tensors().of(values, shape);
    }

    /** The same number everywhere. */
    public Tensor constant(double value, long... shape) {
        double[] values = new double[elements(shape)];
        Arrays.fill(values, value);
        return compute.tensors().of(values, shape);
    }

    private static int elements(long... shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        return Math.toIntExact(count);
    }
}
