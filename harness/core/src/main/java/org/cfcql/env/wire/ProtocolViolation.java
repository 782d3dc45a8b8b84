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

    /** The code a receiver answers with. */
    public ErrorCode code() {
        return code;
    }
}
