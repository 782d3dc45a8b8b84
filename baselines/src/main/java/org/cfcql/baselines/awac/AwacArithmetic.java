package org.cfcql.baselines.awac;

import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/** The arithmetic that an update of AWAC cannot avoid. */
final class AwacArithmetic {
    private AwacArithmetic() {}

    /** Actors next, a target critic, a critic; the actors' densities and two values. */
    static ArithmeticFloor of(ContinuousSizes task) {
        ContinuousFloor floor = new ContinuousFloor(task);
        floor.temporalDifference();
        floor.actorsWithGradients();
        floor.values("advantage", ContinuousFloor.HEADS, floor.centralInput(), 2);
        return floor.with(0);
    }

    /** Two critics with their targets, the policy. */
    static ArithmeticFloor of(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.unroll("agent", 1);
        floor.unrollBackward();
        for (int head = 0; head < DiscreteFloor.HEADS; head++) {
            floor.critic("target critic", floor.rows(), task.actions());
            floor.critic("critic", floor.steps(), task.actions());
            floor.criticBackward(task.actions());
        }
        return floor.with(floor.policies());
    }
}
