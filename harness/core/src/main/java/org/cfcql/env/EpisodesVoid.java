package org.cfcql.env;

import org.cfcql.error.ForeignText;

/**
 * The process behind an environment was lost and has been restarted: its running episodes are void,
 * and the caller repeats them with the same seeds. Never counted as a result.
 */
public final class EpisodesVoid extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was lost and why, in one line. */
    public EpisodesVoid(String reason) {
        super(ForeignText.oneLine(reason));
    }
}
