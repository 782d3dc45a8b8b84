package org.cfcql.baselines.icql;

import org.cfcql.baselines.independent.IndependentArithmetic;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/** The arithmetic that an update of ICQL cannot avoid. */
final class IcqlArithmetic {
    private IcqlArithmetic() {}

    /** Each agent's own critic with a penalty, and its policy's improvement. */
    static ArithmeticFloor of(ContinuousSizes task) {
        ContinuousFloor floor = new ContinuousFloor(task);
        return floor.with(IndependentArithmetic.add(floor, task));
    }

    /** No mixer. */
    static ArithmeticFloor of(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.unroll("agent", 1);
        floor.unrollBackward();
        floor.unroll("target agent", 1);
        return floor.with(floor.policies());
    }
}
