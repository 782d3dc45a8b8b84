package org.cfcql.env.bridge;

import org.cfcql.env.StepResult;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.error.HarnessBug;

/** Which rows run and for how long: what the worker says of its episodes must agree. */
final class RunningRows {
    private final boolean[] running;
    private final int[] lengths;
    private final int limit;

    RunningRows(int environments, int limit) {
        running = new boolean[environments];
        lengths = new int[environments];
        this.limit = limit;
    }

    /** New episodes started. */
    void started(boolean[] mask) {
        for (int row = 0; row < mask.length; row++) {
            if (mask[row]) {
                running[row] = true;
                lengths[row] = 0;
            }
        }
    }

    /**
     * Only running rows may be stepped.
     *
     * @throws HarnessBug if another one is
     */
    void requireRunning(boolean[] active) {
        for (int row = 0; row < active.length; row++) {
            if (active[row] && !running[row]) {
                throw new HarnessBug("expected row " + row + " to be reset before it is stepped");
            }
        }
    }

    /**
     * Rows were stepped.
     *
     * @throws ProtocolViolation if an episode's length or end cannot be
     */
    void stepped(StepResult result, boolean[] active) {
        double[] claimed = result.info().get("episode_length");
        for (int row = 0; row < active.length; row++) {
            if (active[row] && result.voided()[row] == 1) {
                running[row] = false;
            } else if (active[row]) {
                stepped(row, claimed[row], result.terminated()[row], result.truncated()[row]);
            }
        }
    }

    private void stepped(int row, double claimed, byte terminated, byte truncated) {
        int length = ++lengths[row];
        if (claimed != length) {
            throw lie(row, "episode_length " + length, claimed);
        }
        boolean ended = terminated == 1 || truncated == 1;
        if (length >= limit && !ended) {
            throw lie(row, "the end of its episode at the limit of " + limit, "none");
        }
        if (truncated == 1 && length < limit) {
            throw lie(row, "truncated only at the limit of " + limit, "it at step " + length);
        }
        running[row] = !ended;
    }

    private static ProtocolViolation lie(int row, String expected, Object found) {
        return new ProtocolViolation(
                ErrorCode.INTERNAL, "expected " + expected + " in row " + row + ", found " + found);
    }
}
