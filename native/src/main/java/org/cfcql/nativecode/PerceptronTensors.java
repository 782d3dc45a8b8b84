package org.cfcql.nativecode;

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

    /**
     * Adds all to a call.
     *
     * @param widths input, hidden and output widths
     */
    void addTo(
            KernelArguments arguments,
            int groups,
            int replicas,
            List<Integer> widths,
            boolean gradients) {
        if (!normalisation.isEmpty()) {
            long columns = (long) groups * widths.get(0);
            arguments
                    .parameter("scale", normalisation.get(0), columns, gradients)
                    .parameter("shift", normalisation.get(1), columns, gradients);
        }
        for (int layer = 0; layer < widths.size() - 1; layer++) {
            long units = (long) replicas * widths.get(layer + 1);
            Tensor weight = layers.get(2 * layer);
            arguments
                    .parameter("weight" + layer, weight, units * widths.get(layer), gradients)
                    .parameter("bias" + layer, layers.get(2 * layer + 1), units, gradients);
        }
    }
}
