package org.cfcql.testkit;

import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Probe;
import org.cfcql.tensor.TensorFactory;

/** Keeps what the last update told; gradients by {@code network/parameter}. */
public final class Recorder implements Probe {
    private final Map<String, double[]> heard = new TreeMap<>();

    /** Values and gradients by name. */
    public Map<String, double[]> heard() {
        return heard;
    }

    @Override
    public boolean listening() {
        return true;
    }

    @Override
    public void value(String name, Tensor value) {
        heard.put(name, TensorFactory.toDoubles(value));
    }

    @Override
    public void gradient(String network, String parameter, Tensor gradient) {
        heard.put(network + "/" + parameter, TensorFactory.toDoubles(gradient));
    }
}
