package org.cfcql.env.bridge;

import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.error.ForeignText;

/** A worker that hung, died or lied; its running episodes are void. Its reason is one line. */
public final class WorkerFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Remedy remedy;

    /** What to do about it. */
    enum Remedy {
        /** The same worker goes on with new episodes. */
        REPEAT,
        /** Another worker is started. */
        REPLACE,
        /**
         * As before, but where no worker ever served none will: each would be waited for as long.
         */
        GIVE_UP
    }

    /** A worker to be replaced. */
    WorkerFault(String reason) {
        this(reason, Remedy.REPLACE);
    }

    /** A worker to be replaced because of a message that the protocol does not allow. */
    WorkerFault(String reason, ProtocolViolation violation) {
        super(ForeignText.oneLine(reason + ": " + violation.getMessage()), violation);
        this.remedy = Remedy.REPLACE;
    }

    /** A fault with its remedy. */
    WorkerFault(String reason, Remedy remedy) {
        super(ForeignText.oneLine(reason));
        this.remedy = remedy;
    }

    Remedy remedy() {
        return remedy;
    }
}
