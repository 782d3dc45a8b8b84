package org.cfcql.run.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cfcql.learn.NamedNetwork;

/** The names that the tensors of networks have in files. */
public final class NetworkTensors {
    private NetworkTensors() {}

    /** The tensors of networks as {@code NETWORK.PARAMETER}, in a map of the caller. */
    public static Map<String, Tensor> of(List<NamedNetwork> networks) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (NamedNetwork network : networks) {
            network.tensors()
                    .forEach((name, tensor) -> tensors.put(network.name() + "." + name, tensor));
        }
        return tensors;
    }
}
