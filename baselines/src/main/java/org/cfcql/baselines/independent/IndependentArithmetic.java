package org.cfcql.baselines.independent;

import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;

/** The arithmetic that conservative learners of single agents cannot avoid. */
public final class IndependentArithmetic {
    private IndependentArithmetic() {}

    /**
     * Adds a twin critic with a penalty for each agent, and its policy's improvement.
     *
     * @return exponentials of the penalty
     */
    public static long add(ContinuousFloor floor, ContinuousSizes task) {
        int heads = ContinuousFloor.HEADS;
        int updates = ContinuousFloor.CRITIC_UPDATES;
        int rowsPerState = ContinuousFloor.SAMPLES * task.penaltyGroups();
        int agents = task.agents();
        int input = task.observationSize() + task.actionSize();
        int hidden = task.hidden();
        floor.actors("target actors", updates);
        floor.values("target critics", heads * agents, input, updates);
        floor.valuesWithGradients("critics", heads * agents, input, updates);
        floor.penalty(agents, rowsPerState, input, task.actionSize());
        floor.actorsWithGradients();
        String p = "improvement ";
        int batch = task.batch();
        floor.add(p + "1", agents, batch, input, hidden, 1);
        floor.add(p + "2", agents, batch, hidden, hidden, 1);
        floor.add(p + "3", agents, batch, hidden, 1, 1);
        floor.add(p + "2 input", agents, batch, hidden, hidden, 1);
        floor.add(p + "1 input", agents, batch, hidden, task.actionSize(), 1);
        return (long) heads * task.batch() * rowsPerState * agents * updates;
    }
}
