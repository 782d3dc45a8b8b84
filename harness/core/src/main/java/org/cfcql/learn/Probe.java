package org.cfcql.learn;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Listens to what an update computes; names and shapes are those of the golden files.
 *
 * <p>A learner computes something only for the probe's sake after asking {@link #listening()}.
 */
public interface Probe {
    /** Hears nothing. */
    Probe SILENT =
            new Probe() {
                @Override
                public boolean listening() {
                    return false;
                }

                @Override
                public void value(String name, Tensor value) {}

                @Override
                public void gradient(String network, String parameter, Tensor gradient) {}
            };

    /** Whether values are wanted at all. */
    boolean listening();

    /** An intermediate value or loss. */
    void value(String name, Tensor value);

    /**
     * A new phase of the update begins (and the one before ends): {@code target}, {@code penalty},
     * ... For measuring where time goes; called whether or not anybody listens.
     */
    default void phase(String name) {}

    /** A gradient as it is handed to the optimiser, after clipping. */
    void gradient(String network, String parameter, Tensor gradient);

    /** All gradients of a network by parameter name. */
    default void gradients(String network, Map<String, Tensor> byParameter) {
        byParameter.forEach((parameter, gradient) -> gradient(network, parameter, gradient));
    }
}
