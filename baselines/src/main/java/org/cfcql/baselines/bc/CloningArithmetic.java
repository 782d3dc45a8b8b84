package org.cfcql.baselines.bc;

import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/** The arithmetic that an update of behaviour cloning cannot avoid. */
final class CloningArithmetic {
    private CloningArithmetic() {}

    /** All actors forward and backward. */
    static ArithmeticFloor of(ContinuousSizes task) {
        ContinuousFloor floor = new ContinuousFloor(task);
        floor.actorsWithGradients();
        return floor.with(0);
    }

    /** The policy forward and backward. */
    static ArithmeticFloor of(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.unroll("agent", 0);
        floor.unrollBackward();
        return floor.with(floor.policies());
    }
}
