package org.cfcql.outside;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;

/**
 * How long a learner may take for each kind of message, in milliseconds.
 *
 * @param helloMs from starting the process to its HELLO
 * @param workMs a task, an update, a step of a policy, its state out or in
 * @param closeMs the end
 */
public record LearnerDeadlines(long helloMs, long workMs, long closeMs) {
    /** Variable that says how many seconds all of it may take. */
    public static final String VARIABLE = "CFCQL_LEARNER_SECONDS";

    /** Libraries for learning take tens of seconds to load and minutes to compile. */
    public static final LearnerDeadlines DEFAULT = new LearnerDeadlines(120_000, 300_000, 5_000);

    /**
     * Those that variables ask for.
     *
     * @throws UserError if it is no number of seconds
     */
    public static LearnerDeadlines of(Map<String, String> variables) {
        String text = variables.get(VARIABLE);
        if (text == null) {
            return DEFAULT;
        }
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new UserError(
                    "expected a number of seconds in "
                            + VARIABLE
                            + ", found '"
                            + ForeignText.oneLine(text)
                            + "'; mend or unset the variable");
        }
        long ms = TimeUnit.SECONDS.toMillis(Long.parseLong(text));
        return new LearnerDeadlines(ms, ms, DEFAULT.closeMs());
    }

    /** What WELCOME tells the learner. */
    Map<String, Long> byMessage() {
        Map<String, Long> byMessage = new TreeMap<>();
        for (LearnerMessage message : LearnerMessage.values()) {
            byMessage.put(message.name(), workMs);
        }
        byMessage.put("CLOSE", closeMs);
        return byMessage;
    }
}
