package org.cfcql.data.check;

import org.cfcql.data.Cut;
import org.cfcql.data.Dataset;
import org.cfcql.data.DatasetField;
import org.cfcql.data.npy.NpyFile;
import org.cfcql.error.OrderlyEnd;

/**
 * How the episodes of a data set end, counted from its arrays.
 *
 * @param terminated ends by the task's rules before the limit
 * @param terminatedAtLimit ends by the task's rules in the very step of the limit
 * @param cut cuts from outside before the limit
 * @param cutAtLimit cuts from outside at the limit
 * @param successorUnknown cuts after which nothing is known
 * @param dataEnded cuts that only the end of the data made
 * @param goingOn cuts at the limit after which the next episode begins with what was seen last
 * @param longestGoingOn steps of the longest row of episodes of which each goes on with the next
 */
public record EpisodeEnds(
        int terminated,
        int terminatedAtLimit,
        int cut,
        int cutAtLimit,
        int successorUnknown,
        int dataEnded,
        int goingOn,
        int longestGoingOn) {
    /** Counts the ends of a data set. */
    public static EpisodeEnds of(Dataset dataset) {
        int limit = dataset.card().task().episodeLimit();
        int[] terminated = new int[2];
        int[] cut = new int[2];
        int successorUnknown = 0;
        int dataEnded = 0;
        int goingOn = 0;
        int longest = 0;
        int steps = 0;
        for (int episode = 0; episode < dataset.episodes(); episode++) {
            OrderlyEnd.safePlace();
            int length = dataset.length(episode);
            long last = dataset.firstRow(episode) + length - 1;
            int atLimit = length >= limit ? 1 : 0;
            byte mark = dataset.file(DatasetField.TRUNCATED).byteAt(last);
            boolean goes = false;
            if (dataset.file(DatasetField.TERMINATED).byteAt(last) != 0) {
                terminated[atLimit]++;
            } else if (mark != 0) {
                cut[atLimit]++;
                successorUnknown += Cut.successorUnknown(mark) ? 1 : 0;
                dataEnded += Cut.dataEnded(mark) ? 1 : 0;
                goes = atLimit == 1 && goesOn(dataset, episode);
            }
            steps += length;
            longest = Math.max(longest, steps);
            steps = goes ? steps : 0;
            goingOn += goes ? 1 : 0;
        }
        return new EpisodeEnds(
                terminated[0],
                terminated[1],
                cut[0],
                cut[1],
                successorUnknown,
                dataEnded,
                goingOn,
                longest);
    }

    private static boolean goesOn(Dataset dataset, int episode) {
        if (episode + 1 == dataset.episodes()) {
            return false;
        }
        NpyFile observations = dataset.file(DatasetField.OBSERVATIONS);
        long seenLast = dataset.firstRow(episode) + dataset.length(episode);
        for (int column = 0; column < observations.rowElements(); column++) {
            if (observations.value(seenLast, column) != observations.value(seenLast + 1, column)) {
                return false;
            }
        }
        return true;
    }
}
