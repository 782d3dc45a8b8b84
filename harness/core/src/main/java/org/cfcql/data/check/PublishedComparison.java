package org.cfcql.data.check;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.cfcql.data.DatasetCard;
import org.cfcql.data.ReturnStatistics;

/**
 * How close a data set comes to a published one. Its counts are equal or not; its return is the
 * published one as printed, or close to it, or not: episodes played again, or by another policy of
 * the same quality, never have the same.
 *
 * @param published the published data
 * @param card the data set's card
 */
public record PublishedComparison(PublishedData published, DatasetCard card) {
    /** Printed with four decimals, summed in single precision. */
    private static final double PRINTED = 1e-4;

    /** In deviations of the published returns: below it lies what is called a small effect. */
    private static final double SMALL = 0.2;

    /** What a difference of mean returns amounts to. */
    public enum Distance {
        /** The same number, as far as it is printed. */
        EQUAL,
        /** Less than a fifth of the published deviation apart. */
        CLOSE,
        /** Further apart. */
        FAR
    }

    /** Whether steps and episodes are as many as those of the published data. */
    public boolean countsAgree() {
        return transitionsDifference() == 0 && episodesDifference() == 0;
    }

    private long transitionsDifference() {
        return card.transitions() - published.transitions();
    }

    private int episodesDifference() {
        return card.episodes() - published.episodes();
    }

    private double returnDifference() {
        return card.returns().mean() - published.meanReturn();
    }

    /** The deviation of the data set's returns, as the published one divided by their number. */
    public double deviation() {
        ReturnStatistics returns = card.returns();
        return returns.std() * Math.sqrt((card.episodes() - 1.0) / card.episodes());
    }

    /** How many published deviations the mean returns are apart; without a sign. */
    public double deviations() {
        return Math.abs(returnDifference()) / published.stdReturn();
    }

    /** What that amounts to. */
    public Distance distance() {
        double printed = PRINTED * Math.max(1, Math.abs(published.meanReturn()));
        if (Math.abs(returnDifference()) <= printed) {
            return Distance.EQUAL;
        }
        return deviations() < SMALL ? Distance.CLOSE : Distance.FAR;
    }

    /**
     * Whether the data are of another game than the published ones: their counts need not agree.
     */
    public boolean otherEnvironment() {
        return !card.task().environment().equals(published.environment());
    }

    /** All of it by name, in the order to be shown. */
    public Map<String, Object> toMap() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", published.name());
        values.put("environment", published.environment());
        values.put("counts_agree", countsAgree());
        values.put(
                "transitions",
                pair(card.transitions(), published.transitions(), transitionsDifference()));
        values.put("episodes", pair(card.episodes(), published.episodes(), episodesDifference()));
        values.put(
                "mean_return",
                pair(card.returns().mean(), published.meanReturn(), returnDifference()));
        values.put(
                "std_return",
                pair(deviation(), published.stdReturn(), deviation() - published.stdReturn()));
        values.put("return", distance().toString().toLowerCase(Locale.ROOT));
        return values;
    }

    private static Map<String, Object> pair(Number here, Number there, Number difference) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("here", here);
        values.put("published", there);
        values.put("difference", difference);
        return values;
    }
}
