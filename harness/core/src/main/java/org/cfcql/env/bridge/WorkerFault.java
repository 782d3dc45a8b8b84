package org.cfcql.env.bridge;

import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.error.ForeignText;

/** A worker that hung, died or lied; its running episodes are void. Its reason is one line. */
public final class WorkerFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean usable;

    /** A worker to be replaced. */
    WorkerFault(String reason) {
        this(reason, false);
    }

    /** A worker to be replaced because of a message that the protocol does not allow. */
    WorkerFault(String reason, ProtocolViolation violation) {
        super(ForeignText.oneLine(reason + ": " + violation.getMessage()), violation);
        this.usable = false;
    }

    /**
     * A fault.
     *
     * @param usable whether the same worker can go on with new episodes
     */
    WorkerFault(String reason, boolean usable) {
        super(ForeignText.oneLine(reason));
        this.usable = usable;
    }

    boolean usable() {
        return usable;
    }
}
