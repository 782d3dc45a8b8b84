package org.cfcql.baselines.qmix;

import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/** The arithmetic that an update of QMIX cannot avoid. */
final class QmixArithmetic {
    private QmixArithmetic() {}

    /** Agents and mixer with their targets. */
    static ArithmeticFloor of(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.doubleLearning();
        return floor.with(0);
    }
}
