package org.cfcql.env.wire;

/** A message that is not what the protocol allows; carries the error code of the protocol. */
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** Violation with what was expected and what was found. */
    public ProtocolViolation(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** The code a receiver answers with. */
    public ErrorCode code() {
        return code;
    }
}
