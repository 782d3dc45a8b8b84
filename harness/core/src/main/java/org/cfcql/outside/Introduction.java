package org.cfcql.outside;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.cfcql.env.wire.ErrorCode;
import org.cfcql.env.wire.Fields;
import org.cfcql.env.wire.Message;
import org.cfcql.env.wire.ProtocolViolation;
import org.cfcql.learn.Branch;

/**
 * What a learner says of itself in HELLO.
 *
 * @param name its own name
 * @param version its own version
 * @param branches branches that it can learn: transitions of continuous tasks, whole episodes of
 *     discrete ones
 */
record Introduction(String name, String version, Set<Branch> branches) {
    /** Role of such a process. */
    static final String ROLE = "learner";

    private static final int LONGEST = 100;

    /** Reads the message, whose role, token and version are checked already. */
    static Introduction of(Message hello) {
        Fields fields = hello.read();
        Set<Branch> branches = EnumSet.noneOf(Branch.class);
        for (String word : fields.texts("branches")) {
            branches.add(branch(word));
        }
        if (branches.isEmpty()) {
            throw wrong("branches to name continuous, discrete or both", "none");
        }
        return new Introduction(named(fields, "name"), named(fields, "version"), branches);
    }

    private static Branch branch(String word) {
        for (Branch branch : Branch.values()) {
            if (branch.name().toLowerCase(Locale.ROOT).equals(word)) {
                return branch;
            }
        }
        throw wrong("branches to name continuous, discrete or both", "'" + word + "'");
    }

    private static String named(Fields fields, String field) {
        String text = fields.text(field);
        if (text.isBlank() || text.length() > LONGEST) {
            throw wrong(field + " of 1 to " + LONGEST + " letters", text.length() + " letters");
        }
        return text;
    }

    private static ProtocolViolation wrong(String expected, String found) {
        return new ProtocolViolation(
                ErrorCode.BAD_MESSAGE, "expected HELLO." + expected + ", found " + found);
    }
}
