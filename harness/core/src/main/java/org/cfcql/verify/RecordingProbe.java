package org.cfcql.verify;

import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Probe;
import org.cfcql.tensor.TensorFactory;

/** Keeps copies of everything an update reports. */
final class RecordingProbe implements Probe {
    private final Map<String, GoldenArray> heard = new TreeMap<>();

    /** Forgets the last update. */
    void clear() {
        heard.clear();
    }

    /**
     * What was reported, by path within the update: {@code values/q1}, {@code grads/critic/...}.
     */
    Map<String, GoldenArray> heard() {
        return heard;
    }

    @Override
    public boolean listening() {
        return true;
    }

    @Override
    public void value(String name, Tensor value) {
        heard.put("values/" + name, copy(value));
    }

    @Override
    public void gradient(String network, String parameter, Tensor gradient) {
        heard.put("grads/" + network + "/" + parameter, copy(gradient));
    }

    private static GoldenArray copy(Tensor tensor) {
        return new GoldenArray(TensorFactory.toDoubles(tensor), tensor.shape());
    }
}
