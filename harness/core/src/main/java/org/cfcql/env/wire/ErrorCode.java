package org.cfcql.env.wire;

/** Error codes of the protocol ({@code env-bridges/PROTOCOL.md} 6). */
public enum ErrorCode {
    /** No common major version. */
    BAD_VERSION,
    /** HELLO with a wrong token. */
    BAD_TOKEN,
    /** Header not valid, or a message out of order. */
    BAD_MESSAGE,
    /** Environment id not known. */
    UNKNOWN_ENV,
    /** Option not allowed or value not accepted. */
    BAD_OPTION,
    /** A package or data file is absent. */
    MISSING_DEPENDENCY,
    /** Wrong number of frames or of bytes in a frame. */
    BAD_SHAPE,
    /** Bytes that are no values of the frame's type. */
    BAD_DTYPE,
    /** Action not finite, outside the box, or masked out. */
    ILLEGAL_ACTION,
    /** A row that was never reset was stepped. */
    STEP_BEFORE_RESET,
    /** A row whose episode has ended was stepped. */
    STEP_AFTER_END,
    /** The environment raised an exception. */
    ENV_CRASHED,
    /** The environment restarted itself. */
    ENV_RESTARTED,
    /** The environment missed a time limit of its own. */
    DEADLINE,
    /** Frame or message over the limit. */
    TOO_LARGE,
    /** The capability is not offered. */
    UNSUPPORTED,
    /** A bug of the worker, also any code this harness does not know. */
    INTERNAL;

    static ErrorCode of(String text) {
        for (ErrorCode code : values()) {
            if (code.name().equals(text)) {
                return code;
            }
        }
        return INTERNAL;
    }
}
