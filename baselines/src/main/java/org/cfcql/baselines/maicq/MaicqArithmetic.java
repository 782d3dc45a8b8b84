package org.cfcql.baselines.maicq;

import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/** The arithmetic that an update of MAICQ cannot avoid. */
final class MaicqArithmetic {
    private MaicqArithmetic() {}

    /** A target critic, a critic; the actors' densities. */
    static ArithmeticFloor of(ContinuousSizes task) {
        ContinuousFloor floor = new ContinuousFloor(task);
        int updates = ContinuousFloor.CRITIC_UPDATES;
        int heads = ContinuousFloor.HEADS;
        floor.values("target critic", heads, floor.centralInput(), updates);
        floor.valuesWithGradients("critic", heads, floor.centralInput(), updates);
        floor.actorsWithGradients();
        return floor.with(0);
    }

    /** With one step of its critic and mixer. */
    static ArithmeticFloor of(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.unroll("agent", 1);
        floor.unrollBackward();
        int rows = floor.rows();
        int steps = floor.steps();
        int outputs = task.actions() + 1;
        floor.critic("target critic", rows, outputs);
        floor.critic("critic", steps, outputs);
        floor.criticBackward(outputs);
        floor.critic("critic for the policy", rows, outputs);
        int state = task.stateSize();
        int width = (task.agents() + 3) * DiscreteSizes.EMBEDDING;
        floor.add("target mixer", 1, rows, state, width);
        floor.add("mixer", 1, steps, state, width);
        floor.add("mixer weights", 1, width, steps, state);
        floor.add("credit", 1, steps, state, (task.agents() + 1) * DiscreteSizes.EMBEDDING);
        return floor.with(floor.policies() + (long) (steps + rows) * DiscreteSizes.EMBEDDING);
    }
}
