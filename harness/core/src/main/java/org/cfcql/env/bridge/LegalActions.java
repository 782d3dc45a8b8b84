package org.cfcql.env.bridge;

import java.util.Arrays;
import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.Observations;
import org.cfcql.env.wire.Spec;
import org.cfcql.error.HarnessBug;

/**
 * Which actions each agent may take now. An illegal one is found here, where it was made: what the
 * worker refuses afterwards is the worker's fault.
 */
final class LegalActions {
    private final ActionSpace space;
    private final int agents;
    private final byte[] available;

    LegalActions(Spec spec, int environments) {
        space = spec.environment().actionSpace();
        agents = spec.environment().agents().size();
        boolean masked = spec.environment().masked();
        available = new byte[masked ? environments * agents * space.size() : 0];
        Arrays.fill(available, (byte) 1);
    }

    /** What is available now in the rows that the observations are of. */
    void remember(Observations seen, boolean[] rows) {
        int width = available.length / rows.length;
        for (int row = 0; row < rows.length; row++) {
            if (rows[row]) {
                System.arraycopy(
                        seen.availableActions(), row * width, available, row * width, width);
            }
        }
    }

    /**
     * Actions of active rows lie in the box, or are numbered and available; kinds, counts and
     * numbers that are none are found elsewhere.
     *
     * @throws HarnessBug if they do not
     */
    void require(Actions actions, boolean[] active) {
        if (space instanceof ActionSpace.Box box && actions instanceof Actions.Continuous some) {
            int width = agents * box.size();
            for (int index = 0; index < some.values().length; index++) {
                float value = some.values()[index];
                boolean outside = value < box.low() || value > box.high();
                if (outside && active[Math.min(index / width, active.length - 1)]) {
                    throw illegal(value, index / box.size(), box);
                }
            }
        } else if (actions instanceof Actions.Discrete some) {
            for (int index = 0; index < some.values().length; index++) {
                int value = some.values()[index];
                if (active[Math.min(index / agents, active.length - 1)] && !offered(index, value)) {
                    throw illegal(value, index, space);
                }
            }
        }
    }

    private boolean offered(int agent, int action) {
        if (action < 0 || action >= space.size()) {
            return false;
        }
        int place = agent * space.size() + action;
        return place >= available.length || available[place] == 1;
    }

    private HarnessBug illegal(Object found, int agent, ActionSpace expected) {
        return new HarnessBug(
                "expected an action of "
                        + expected
                        + (available.length > 0 ? " that is available" : "")
                        + ", found "
                        + found
                        + " of agent "
                        + agent % agents
                        + " in row "
                        + agent / agents);
    }
}
