package org.cfcql.baselines.implicitqlearning;

import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/** The arithmetic that an update of implicit Q-learning cannot avoid. */
final class ImplicitQLearningArithmetic {
    private ImplicitQLearningArithmetic() {}

    /** A target critic, a critic, V now and next; the actors' densities. */
    static ArithmeticFloor of(ContinuousSizes task) {
        ContinuousFloor floor = new ContinuousFloor(task);
        int updates = ContinuousFloor.CRITIC_UPDATES;
        int heads = ContinuousFloor.HEADS;
        floor.values("next value", 1, task.stateSize(), updates);
        floor.values("target critic", heads, floor.centralInput(), updates);
        floor.valuesWithGradients("value", 1, task.stateSize(), updates);
        floor.valuesWithGradients("critic", heads, floor.centralInput(), updates);
        floor.actorsWithGradients();
        return floor.with(0);
    }

    /** A value, two critics with their targets, the policy. */
    static ArithmeticFloor of(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.unroll("agent", 0);
        floor.unrollBackward();
        for (int head = 0; head < DiscreteFloor.HEADS; head++) {
            floor.critic("target critic", floor.steps(), task.actions());
            floor.critic("critic", floor.steps(), task.actions());
            floor.criticBackward(task.actions());
        }
        floor.critic("value", floor.rows(), 1);
        floor.criticBackward(1);
        return floor.with(floor.policies());
    }
}
