package org.cfcql.parts.continuous;

import org.cfcql.env.ActionSpace;
import org.cfcql.error.UserError;
import org.cfcql.learn.TaskShape;

/**
 * The sizes of a task with actions in [-1, 1].
 *
 * @param agents number of learned agents n
 * @param observation width of one agent's observation O
 * @param state width of the state S
 * @param action dimensions of one agent's action d
 */
public record ContinuousTask(int agents, int observation, int state, int action) {
    /**
     * Reads the sizes.
     *
     * @param algorithm id for the message
     * @throws UserError if actions are numbered or have other bounds
     */
    public static ContinuousTask of(String algorithm, TaskShape task) {
        if (!(task.actionSpace() instanceof ActionSpace.Box box)
                || box.low() != -1
                || box.high() != 1) {
            throw new UserError(
                    algorithm
                            + " needs actions that are vectors in [-1, 1], "
                            + task.environment()
                            + " has "
                            + task.actionSpace()
                            + "; choose another environment or algorithm");
        }
        return new ContinuousTask(
                task.agents(), task.observationSize(), task.stateSize(), box.size());
    }

    /** Width of the central critic's input: state, then all agents' actions. */
    public int centralInput() {
        return state + agents * action;
    }

    /** Width of an independent critic's input: own observation, own action. */
    public int independentInput() {
        return observation + action;
    }
}
