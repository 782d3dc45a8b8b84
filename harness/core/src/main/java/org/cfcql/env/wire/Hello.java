package org.cfcql.env.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A worker introduces itself.
 *
 * @param role {@code env-worker}, or {@code learner}
 * @param token the token it was given
 * @param speaks {@code [major, minor]} pairs
 * @param processId its process
 * @param packageVersion version of the Python package
 * @param python interpreter and version
 * @param libraries versions of its libraries
 */
public record Hello(
        String role,
        String token,
        List<int[]> speaks,
        long processId,
        String packageVersion,
        String python,
        Map<String, String> libraries) {
    /** Role of a process that serves an environment. */
    public static final String WORKER = "env-worker";

    /**
     * Reads the message.
     *
     * @throws ProtocolViolation if it is none
     */
    public static Hello of(Message message) {
        return of(message, WORKER);
    }

    /**
     * Reads the message of a peer of another role.
     *
     * @throws ProtocolViolation if it is none
     */
    public static Hello of(Message message, String expectedRole) {
        if (!message.type().equals("HELLO") || message.sequence() != 0) {
            throw new ProtocolViolation(
                    ErrorCode.BAD_MESSAGE, "expected HELLO with seq 0, found " + message.type());
        }
        Fields fields = message.read();
        String role = fields.text("role");
        if (!role.equals(expectedRole)) {
            throw new ProtocolViolation(
                    ErrorCode.BAD_MESSAGE,
                    "expected HELLO.role to be " + expectedRole + ", found '" + role + "'");
        }
        return new Hello(
                role,
                fields.text("token"),
                versions(fields.list("speaks")),
                fields.whole("pid"),
                fields.text("package"),
                fields.text("python"),
                fields.textMap("libraries"));
    }

    /** Minor version both sides speak, or -1 without a common major one. */
    public int commonMinor() {
        for (int[] version : speaks) {
            if (version[0] == Protocol.MAJOR) {
                return Math.min(version[1], Protocol.MINOR);
            }
        }
        return -1;
    }

    private static List<int[]> versions(List<?> pairs) {
        List<int[]> versions = new ArrayList<>();
        for (Object pair : pairs) {
            int[] version =
                    new Fields("HELLO", Collections.singletonMap("speaks", pair)).counts("speaks");
            if (version.length != 2) {
                throw new ProtocolViolation(
                        ErrorCode.BAD_MESSAGE,
                        "expected HELLO.speaks to hold [major, minor] pairs, found one of "
                                + version.length);
            }
            versions.add(version);
        }
        return versions;
    }
}
