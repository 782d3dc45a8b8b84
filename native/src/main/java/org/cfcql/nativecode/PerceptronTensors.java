package org.cfcql.nativecode;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Parameters of a perceptron with a replica axis, or gradients of the same sizes.
 *
 * @param normalisation scale and shift {@code [group, input]} of the batch normalisation of the
 *     input, one group of rows for all replicas or one for each; empty without normalisation
 * @param layers weight {@code [replica, output, input]} and bias {@code [replica, output]} of each
 *     layer, one after another
 */
public record PerceptronTensors(List<Tensor> normalisation, List<Tensor> layers) {
    /** Copies the lists. */
    public PerceptronTensors {
        normalisation = List.copyOf(normalisation);
        layers = List.copyOf(layers);
    }

    /** All, the normalisation's first. */
    List<Tensor> all() {
        List<Tensor> all = new ArrayList<>(normalisation);
        all.addAll(layers);
        return all;
    }
}
