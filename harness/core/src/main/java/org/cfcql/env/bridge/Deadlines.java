package org.cfcql.env.bridge;

import java.util.Map;
import java.util.TreeMap;

/**
 * How long each message may take, from sending the request to the full reply, in milliseconds.
 *
 * @param helloMs from starting the process to its HELLO
 * @param makeMs MAKE
 * @param resetMs RESET
 * @param stepMs STEP
 * @param stateMs STATE_GET and STATE_SET
 * @param pingMs PING
 * @param closeMs CLOSE and the end of the process
 */
public record Deadlines(
        long helloMs,
        long makeMs,
        long resetMs,
        long stepMs,
        long stateMs,
        long pingMs,
        long closeMs) {
    /** The documented defaults. */
    public static final Deadlines DEFAULT =
            new Deadlines(
                    BridgeDefaults.HELLO_MS,
                    BridgeDefaults.MAKE_MS,
                    BridgeDefaults.RESET_MS,
                    BridgeDefaults.STEP_MS,
                    BridgeDefaults.STATE_MS,
                    BridgeDefaults.PING_MS,
                    BridgeDefaults.CLOSE_MS);

    /** What WELCOME tells the worker. */
    Map<String, Long> byMessage() {
        Map<String, Long> byMessage = new TreeMap<>();
        byMessage.put("MAKE", makeMs);
        byMessage.put("RESET", resetMs);
        byMessage.put("STEP", stepMs);
        byMessage.put("STATE_GET", stateMs);
        byMessage.put("STATE_SET", stateMs);
        byMessage.put("PING", pingMs);
        byMessage.put("CLOSE", closeMs);
        return byMessage;
    }
}
