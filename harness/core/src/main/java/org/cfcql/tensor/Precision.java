package org.cfcql.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** Floating-point precision of a learner: single to train, double to be verified. */
public enum Precision {
    FLOAT32(ScalarType.Float),
    FLOAT64(ScalarType.Double);

    private final ScalarType scalarType;

    Precision(ScalarType scalarType) {
        this.scalarType = scalarType;
    }

    /** LibTorch's name of this precision. */
    public ScalarType scalarType() {
        return scalarType;
    }
}
