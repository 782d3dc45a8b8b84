package org.cfcql.report.compare;

import java.util.Locale;
import java.util.Optional;

/** What two cells must have in common to be compared, unless a difference is allowed by name. */
public enum Condition {
    /** Everything that can change the environment's numbers. */
    FINGERPRINT,
    /** Content of the data set, per seed. */
    DATA,
    /** Rounds, batch and what is granted per role. */
    BUDGET,
    /** Whose schedule, and the scale of its budget. */
    TRACK,
    /** When, how often and from where policies are evaluated. */
    PROTOCOL;

    /** As it is written on the command line and in outputs. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The condition of a word. */
    public static Optional<Condition> of(String word) {
        for (Condition condition : values()) {
            if (condition.word().equals(word.strip().toLowerCase(Locale.ROOT))) {
                return Optional.of(condition);
            }
        }
        return Optional.empty();
    }
}
