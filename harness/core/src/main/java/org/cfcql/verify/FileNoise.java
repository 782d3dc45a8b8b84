package org.cfcql.verify;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cfcql.learn.Noise;
import org.cfcql.tensor.TensorFactory;

/** Draws read from a golden file, each used exactly once per update. */
final class FileNoise implements Noise {
    private final TensorFactory tensors;
    private final SortedMap<String, GoldenArray> left = new TreeMap<>();

    FileNoise(TensorFactory tensors) {
        this.tensors = tensors;
    }

    /** Lays out the draws of the next update. */
    void offer(Map<String, GoldenArray> draws) {
        left.clear();
        left.putAll(draws);
    }

    /** Draws of this update that nobody has asked for. */
    SortedMap<String, GoldenArray> unused() {
        return left;
    }

    @Override
    public Tensor normal(String name, long... shape) {
        return take(name, shape);
    }

    @Override
    public Tensor uniform(String name, long... shape) {
        return take(name, shape);
    }

    @Override
    public Tensor integers(String name, int bound, long... shape) {
        return take(name, shape).to(torch.ScalarType.Long);
    }

    private Tensor take(String name, long... shape) {
        GoldenArray draw = left.remove(name);
        if (draw == null) {
            throw new GoldenMismatch("draws/" + name, "asked for, but not stored or used twice");
        }
        if (!draw.hasShape(shape)) {
            throw new GoldenMismatch(
                    "draws/" + name,
                    "asked for with shape "
                            + Arrays.toString(shape)
                            + ", stored with "
                            + Arrays.toString(draw.shape()));
        }
        return tensors.of(draw.values(), shape);
    }
}
