package org.cfcql.stats;

import org.cfcql.error.ForeignText;

/**
 * Names of others in a file that spreadsheets open: one that begins like a formula is kept a text
 * by an apostrophe, which readers of ours take away again.
 */
public final class CsvText {
    private static final String FORMULA = "=+-@";

    private CsvText() {}

    /** The name as it stands in the file, on one line. */
    public static String quoted(String name) {
        return formula(name, 0) ? "'" + ForeignText.oneLine(name) : ForeignText.oneLine(name);
    }

    /** The name that {@link #quoted} was given. */
    static String unquoted(String text) {
        return text.startsWith("'") && formula(text, 1) ? text.substring(1) : text;
    }

    private static boolean formula(String text, int at) {
        return text.length() > at && FORMULA.indexOf(text.charAt(at)) >= 0;
    }
}
