package org.cfcql.baselines.omar;

import org.cfcql.baselines.independent.IndependentArithmetic;
import org.cfcql.perf.ArithmeticFloor;
import org.cfcql.perf.ContinuousFloor;
import org.cfcql.perf.ContinuousSizes;
import org.cfcql.perf.DiscreteFloor;
import org.cfcql.perf.DiscreteSizes;

/** The arithmetic that an update of OMAR cannot avoid. */
final class OmarArithmetic {
    private OmarArithmetic() {}

    /**
     * Each agent's own critic with a penalty, and a search by its head 1; the observation's share
     * once.
     */
    static ArithmeticFloor of(ContinuousSizes task) {
        ContinuousFloor floor = new ContinuousFloor(task);
        final boolean elites = task.penaltyGroups() > 1;
        final int searches = elites ? 2 : 3;
        final int samples = elites ? 20 : 10;
        final long exponentials = IndependentArithmetic.add(floor, task);
        int agents = task.agents();
        int batch = task.batch();
        int rows = batch * samples;
        int hidden = task.hidden();
        floor.add("search 1 shared", agents, batch, task.observationSize(), hidden, 1);
        floor.add("search 1 replaced", agents, rows, task.actionSize(), hidden, searches);
        floor.add("search 2", agents, rows, hidden, hidden, searches);
        floor.add("search 3", agents, rows, hidden, 1, searches);
        return floor.with(exponentials);
    }

    /** With one step of its critics: two heads of value and advantages, two policies. */
    static ArithmeticFloor of(DiscreteSizes task) {
        DiscreteFloor floor = new DiscreteFloor(task);
        floor.unroll("agent", 1);
        floor.unrollBackward();
        floor.unroll("target agent", 1);
        int outputs = task.actions() + 1;
        for (int head = 0; head < DiscreteFloor.HEADS; head++) {
            floor.critic("target critic", floor.rows(), outputs);
            floor.critic("critic", floor.steps(), outputs);
            floor.criticBackward(outputs);
        }
        floor.critic("critic for the policy", floor.rows(), outputs);
        return floor.with(3 * floor.policies());
    }
}
