package org.cfcql.counterfactual;

import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/** The arithmetic that updates of CFCQL and MACQL cannot avoid. */
final class ConservativeArithmetic {
    /** Joint samples of the discrete MACQL, as published. */
    static final int SAMPLES = 100;

    private ConservativeArithmetic() {}

    /** CFCQL: each of n·K·groups samples per transition replaces one agent's action. */
    static ArithmeticFloor counterfactual(ContinuousSizes task) {
        int rowsPerState = task.agents() * ContinuousFloor.SAMPLES * task.penaltyGroups();
        return new ContinuousFloor(task).conservative(rowsPerState, task.actionSize(), true);
    }

    /** MACQL: each of K·groups samples per transition replaces the joint action. */
    static ArithmeticFloor joint(ContinuousSizes task) {
        int rowsPerState = ContinuousFloor.SAMPLES * task.penaltyGroups();
        int width = task.agents() * task.actionSize();
        return new ContinuousFloor(task).conservative(rowsPerState, width, false);
    }

    /** CFCQL with a behaviour model. */
    static ArithmeticFloor counterfactual(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.doubleLearning();
        floor.unroll("behaviour", 0);
        int steps = floor.steps();
        long perAction = (long) steps * task.agents() * task.actions();
        // ELU of the counterfactuals, log-sum-exp, the behaviour's softmax and the weights λ.
        return floor.with(
                perAction * DiscreteSizes.EMBEDDING + 2 * perAction + (long) steps * task.agents());
    }

    /** MACQL with {@value #SAMPLES} joint samples. */
    static ArithmeticFloor joint(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.doubleLearning();
        int steps = floor.steps();
        int agents = task.agents();
        int width = DiscreteSizes.EMBEDDING;
        floor.add("joint samples", steps, SAMPLES, agents, width);
        floor.add("joint samples values", steps, SAMPLES, width, agents);
        floor.add("joint samples weights", steps, agents, SAMPLES, width);
        return floor.with((long) steps * SAMPLES * (width + 1));
    }
}
