package org.cfcql.baselines.reference;

import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.Probe;
import org.cfcql.tensor.TensorFactory;

/** Values and gradients of the last update. */
final class Heard implements Probe {
    final Map<String, double[]> values = new TreeMap<>();
    final Map<String, double[]> gradients = new TreeMap<>();

    @Override
    public boolean listening() {
        return true;
    }

    @Override
    public void value(String name, Tensor value) {
        values.put(name, TensorFactory.toDoubles(value));
    }

    @Override
    public void gradient(String network, String parameter, Tensor gradient) {
        gradients.put(network + "/" + parameter, TensorFactory.toDoubles(gradient));
    }
}
