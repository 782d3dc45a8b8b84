package org.cfcql.budget;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;

/**
 * Share of a budget that all cells of an experiment get alike: rounds of training and updates of
 * auxiliary models. What is no budget (batch, data, evaluation, an algorithm's settings) stays.
 *
 * @param share above 0, at most 1
 */
public record Scale(@JsonValue double share) {
    /** The whole budget. */
    public static final Scale FULL = new Scale(1);

    /** Checks the share. */
    @JsonCreator
    public Scale {
        if (!isShare(share)) {
            throw new IllegalArgumentException("no share of a budget: " + share);
        }
    }

    /** Whether a number can be a share. */
    public static boolean isShare(double number) {
        return number > 0 && number <= 1;
    }

    /** Whether nothing is taken away. */
    public boolean isFull() {
        return share == 1;
    }

    /** That share of a number of units, rounded, at least one unit. */
    public long of(long units) {
        return Math.max(1, Math.round(share * units));
    }

    /**
     * How results name their track, so that scores of different scales never meet unnoticed: {@code
     * equal}, or {@code equal-scale0.25} for a quarter of the budget.
     */
    public String label(String track) {
        String number = BigDecimal.valueOf(share).stripTrailingZeros().toPlainString();
        return isFull() ? track : track + "-scale" + number;
    }
}
