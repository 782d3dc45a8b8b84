package org.cfcql.env.wire;

import org.cfcql.error.ForeignText;

/**
 * A message that is not what the protocol allows; carries the error code of the protocol. Its text
 * is one line, whatever of the message it repeats.
 */
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** Violation with what was expected and what was found. */
    public ProtocolViolation(ErrorCode code, String message) {
        super(ForeignText.oneLine(message));
        this.code = code;
    }

    /** A SPEC that contradicts itself or asks for too much. */
    static ProtocolViolation inSpec(String found) {
        return new ProtocolViolation(
                ErrorCode.BAD_MESSAGE, "expected a consistent SPEC, found " + found);
    }

    /** The code a receiver answers with. */
    public ErrorCode code() {
        return code;
    }
}
