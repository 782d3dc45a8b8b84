package org.cfcql.report.tables;

import java.math.BigDecimal;
import java.util.Locale;
import org.cfcql.report.read.Spread;
import org.cfcql.stats.Interval;

/**
 * Numbers as a table prints them.
 *
 * @param digits decimals
 */
public record Numbers(int digits) {
    /** What stands where there is no number. */
    static final String NONE = "–";

    /** One number. */
    String text(double value) {
        return Double.isFinite(value)
                ? String.format(Locale.ROOT, "%." + digits + "f", value)
                : NONE;
    }

    /** A number with the digits that it has: {@code 0.5}, {@code 200}. */
    public static String shortest(double value) {
        return new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString();
    }

    /** {@code mean ± deviation}, the deviation only where it is known. */
    String text(Spread spread) {
        return Double.isFinite(spread.deviation())
                ? text(spread.mean()) + " ± " + text(spread.deviation())
                : text(spread.mean());
    }

    /** {@code point [low, high]}. */
    String text(Interval interval) {
        return text(interval.point())
                + " ["
                + text(interval.low95())
                + ", "
                + text(interval.high95())
                + "]";
    }

    /** A whole number, its digits in groups of three. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', '\u2009');
    }
}
