package org.cfcql.baselines.td3bc;

import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;

/** The arithmetic that an update of TD3+BC cannot avoid. */
final class Td3BcArithmetic {
    private Td3BcArithmetic() {}

    /** No penalty: a twin critic, its targets, and all actors once. */
    static ArithmeticFloor of(ContinuousSizes task) {
        ContinuousFloor floor = new ContinuousFloor(task);
        floor.temporalDifference();
        floor.improvement(false);
        return floor.with(0);
    }
}
