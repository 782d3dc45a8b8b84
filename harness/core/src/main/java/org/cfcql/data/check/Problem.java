package org.cfcql.data.check;

import org.cfcql.error.ForeignText;

/**
 * Something wrong with a data set.
 *
 * @param file name of the file
 * @param row row of its first axis; -1 for the file as a whole
 * @param expected what should be there
 * @param found what is there
 */
public record Problem(String file, long row, String expected, String found) {
    /** Names and bytes of others stand in it; they stay on its line. */
    public Problem {
        file = ForeignText.oneLine(file);
        expected = ForeignText.oneLine(expected);
        found = ForeignText.oneLine(found);
    }

    /** A problem of a whole file. */
    static Problem of(String file, String expected, String found) {
        return new Problem(file, -1, expected, found);
    }

    /** Whether an episode stands there twice, which is no damage where a task has few starts. */
    public boolean isRepetition() {
        return expected.equals(DatasetVerifier.ONCE);
    }

    @Override
    public String toString() {
        String place = row < 0 ? file : file + " row " + row;
        return place + ": expected " + expected + ", found " + found;
    }
}
