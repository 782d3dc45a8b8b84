package org.cfcql.env.bridge;

import org.cfcql.env.ActionSpace;
import org.cfcql.env.Actions;
import org.cfcql.env.wire.ArrayFrames;
import org.cfcql.env.wire.Spec;
import org.cfcql.error.HarnessBug;
import org.cfcql.error.NumericFault;

/** Joint actions as STEP carries them; refused here if the policy went wrong, not in the worker. */
final class ActionFrames {
    private ActionFrames() {}

    /**
     * The frame of actions.
     *
     * @param active rows whose actions count
     * @throws HarnessBug if they do not fit the action space
     * @throws NumericFault if an action of an active row is not finite
     */
    static byte[] encode(Actions actions, boolean[] active, Spec spec) {
        int width = spec.array("actions").elements();
        boolean boxes = spec.environment().actionSpace() instanceof ActionSpace.Box;
        if (actions instanceof Actions.Discrete discrete && !boxes) {
            requireLength(discrete.values().length, active.length * width);
            return ArrayFrames.ints(discrete.values());
        }
        if (actions instanceof Actions.Continuous vectors && boxes) {
            requireLength(vectors.values().length, active.length * width);
            requireFinite(vectors.values(), active, width);
            return ArrayFrames.reals(vectors.values(), spec.array("actions").type());
        }
        throw new HarnessBug(
                "expected actions for "
                        + spec.environment().actionSpace()
                        + ", found "
                        + actions.getClass().getSimpleName());
    }

    private static void requireLength(int found, int expected) {
        if (found != expected) {
            throw new HarnessBug("expected " + expected + " action values, found " + found);
        }
    }

    private static void requireFinite(float[] values, boolean[] active, int width) {
        for (int index = 0; index < values.length; index++) {
            if (active[index / width] && !Float.isFinite(values[index])) {
                throw new NumericFault(
                        "expected finite actions, found "
                                + values[index]
                                + " in environment "
                                + index / width
                                + "; the policy has diverged");
            }
        }
    }
}
