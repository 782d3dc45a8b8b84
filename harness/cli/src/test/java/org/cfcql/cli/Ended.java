package org.cfcql.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A command that has ended.
 *
 * @param code exit code
 * @param out what it printed
 * @param err what it said on standard error
 */
record Ended(int code, String out, String err) {
    /** Runs a command in this process. */
    static Ended of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }
}
