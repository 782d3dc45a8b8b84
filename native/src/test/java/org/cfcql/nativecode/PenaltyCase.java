package org.cfcql.nativecode;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Random arguments of the penalty at one shape; equal seeds give equal numbers in any precision.
 */
record PenaltyCase(
        int batch,
        int groups,
        int agents,
        int samples,
        int actionSize,
        int stateSize,
        int hidden,
        boolean densityPerSample,
        double temperature) {
    static PenaltyCase cooperativeNavigation() {
        return new PenaltyCase(1024, 1, 3, 10, 2, 54, 64, false, 1.0);
    }

    static PenaltyCase jointSamples() {
        return new PenaltyCase(1024, 1, 1, 10, 6, 54, 64, false, 1.0);
    }

    static PenaltyCase halfCheetah() {
        return new PenaltyCase(256, 3, 2, 10, 3, 17, 256, true, 1.0);
    }

    /** The same shape with fewer states. */
    PenaltyCase withBatch(int states) {
        return new PenaltyCase(
                states,
                groups,
                agents,
                samples,
                actionSize,
                stateSize,
                hidden,
                densityPerSample,
                temperature);
    }

    CriticPenaltyInputs inputs(ScalarType type) {
        Numbers random = new Numbers(17);
        Tensor state = uniform(random, type, 3, batch, stateSize);
        Tensor others = uniform(random, type, 1, groups, batch, agents, actionSize);
        Tensor sampled = uniform(random, type, 1, groups, batch, agents, samples, actionSize);
        Tensor density =
                densityPerSample
                        ? uniform(random, type, 2, groups, batch, agents, samples)
                        : uniform(random, type, 2, groups);
        Tensor weights = uniform(random, type, 1, batch, agents);
        return new CriticPenaltyInputs(state, others, sampled, density, weights, temperature);
    }

    TwinCriticTensors critic(ScalarType type) {
        Numbers random = new Numbers(23);
        int joint = stateSize + agents * actionSize;
        double bound1 = 1 / Math.sqrt(joint);
        double bound2 = 1 / Math.sqrt(hidden);
        return new TwinCriticTensors(
                uniform(random, type, 2, joint),
                uniform(random, type, 1, joint),
                uniform(random, type, 2 * bound1, 2, hidden, joint),
                uniform(random, type, bound1, 2, hidden),
                uniform(random, type, 2 * bound2, 2, hidden, hidden),
                uniform(random, type, bound2, 2, hidden),
                uniform(random, type, 4 * bound2, 2, 1, hidden),
                uniform(random, type, bound2, 2, 1));
    }

    /** Tensors to add gradients to; what is in them already must stay. */
    TwinCriticTensors gradients(ScalarType type, double start) {
        TwinCriticTensors like = critic(type);
        like.all().forEach(tensor -> tensor.fill_(new org.bytedeco.pytorch.Scalar(start)));
        return like;
    }

    /** Uniform numbers of [-bound, bound), rounded to float so that both precisions agree. */
    private static Tensor uniform(Numbers random, ScalarType type, double bound, long... shape) {
        int elements = 1;
        for (long size : shape) {
            elements *= (int) size;
        }
        double[] values = new double[elements];
        for (int index = 0; index < elements; index++) {
            values[index] = (float) (bound * random.next());
        }
        return Tensor.create(values, shape).to(type);
    }

    /** All elements in row-major order. */
    static double[] elements(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor host = tensor.detach().to(ScalarType.Double).contiguous();
            double[] values = new double[(int) host.numel()];
            new DoublePointer(host.data_ptr()).get(values);
            return values;
        }
    }

    /**
     * Numbers of [-1, 1) from a hash of a counter; the streams of the harness are not seen here.
     */
    private static final class Numbers {
        private long counter;

        Numbers(long seed) {
            counter = seed << 32;
        }

        double next() {
            long bits = ++counter * 0x9E3779B97F4A7C15L;
            bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
            bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
            return ((bits ^ (bits >>> 31)) >> 11) * 0x1.0p-52;
        }
    }
}
