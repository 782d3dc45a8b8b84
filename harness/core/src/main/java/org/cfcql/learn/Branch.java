package org.cfcql.learn;

import org.cfcql.env.ActionSpace;

/** The two families of algorithms; which one runs follows from the environment's actions. */
public enum Branch {
    DISCRETE,
    CONTINUOUS;

    /** The branch for an action space. */
    public static Branch of(ActionSpace space) {
        return space instanceof ActionSpace.Discrete ? DISCRETE : CONTINUOUS;
    }
}
