package org.cfcql.outside;

/** What the harness asks of a learner, and what answers it. */
enum LearnerMessage {
    /** A task with settings: the learner at its beginning. */
    TASK("READY"),
    /** One update on a batch. */
    UPDATE("UPDATED"),
    /** Targets follow. */
    UPDATE_TARGETS("TARGETS_UPDATED"),
    /** A session of the policy. */
    OPEN("OPENED"),
    /** Joint actions of one step. */
    ACT("ACTED"),
    /** The end of a session. */
    SHUT("SHUT_OK"),
    /** The state, out. */
    SAVE("SAVED"),
    /** The state, in. */
    LOAD("LOADED");

    private final String reply;

    LearnerMessage(String reply) {
        this.reply = reply;
    }

    /** Type of the answer. */
    String reply() {
        return reply;
    }
}
