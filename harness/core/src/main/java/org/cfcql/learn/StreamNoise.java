package org.cfcql.learn;

import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.random.RandomStream;
import org.cfcql.random.SeedTree;
import org.cfcql.tensor.TensorFactory;

/**
 * Draws from one random stream per name, so that an algorithm which draws more of one kind does not
 * shift the others.
 */
public final class StreamNoise implements Noise {
    private final SeedTree seeds;
    private final TensorFactory tensors;
    private final SortedMap<String, RandomStream> streams = new TreeMap<>();

    /** Streams below a node of the seed tree, each at its beginning. */
    public StreamNoise(SeedTree seeds, TensorFactory tensors) {
        this.seeds = seeds;
        this.tensors = tensors;
    }

    @Override
    public Tensor normal(String name, long... shape) {
        float[] values = new float[elements(shape)];
        stream(name).fillNormal(values);
        return tensors.of(values, shape);
    }

    @Override
    public Tensor uniform(String name, long... shape) {
        float[] values = new float[elements(shape)];
        stream(name).fillUniform(values, -1, 1);
        return tensors.of(values, shape);
    }

    @Override
    public Tensor integers(String name, int bound, long... shape) {
        RandomStream stream = stream(name);
        return tensors.ofIntegers(values -> stream.fillIntegers(values, bound), shape);
    }

    /** States of all streams drawn from so far, for a checkpoint. */
    public SortedMap<String, RandomStream.State> snapshot() {
        SortedMap<String, RandomStream.State> states = new TreeMap<>();
        streams.forEach((name, stream) -> states.put(name, stream.state()));
        return states;
    }

    /** Continues from a checkpoint; streams it does not name start at their beginning. */
    public void restore(SortedMap<String, RandomStream.State> states) {
        streams.clear();
        states.forEach((name, state) -> streams.put(name, new RandomStream(state)));
    }

    private RandomStream stream(String name) {
        return streams.computeIfAbsent(name, absent -> seeds.child(absent).stream());
    }

    private static int elements(long... shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        return Math.toIntExact(count);
    }
}
