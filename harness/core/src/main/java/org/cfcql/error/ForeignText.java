package org.cfcql.error;

import java.util.Locale;

/**
 * Text that somebody else wrote, on its way to a terminal, a log or a file format: nothing in it
 * may start a line, move a cursor or change the direction of reading.
 */
public final class ForeignText {
    private static final int LONGEST = 4_000;

    private ForeignText() {}

    /** The text on one line; control and direction characters are shown as {@code \\u001b}. */
    public static String oneLine(String text) {
        StringBuilder shown = new StringBuilder();
        String whole = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        whole.codePoints()
                .forEach(
                        point -> {
                            if (hidden(point)) {
                                shown.append(String.format(Locale.ROOT, "\\u%04x", point));
                            } else {
                                shown.appendCodePoint(point);
                            }
                        });
        return shown.toString();
    }

    private static boolean hidden(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    true;
            default -> false;
        };
    }
}
