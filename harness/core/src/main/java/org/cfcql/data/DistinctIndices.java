package org.cfcql.data;

import java.util.Arrays;
import org.cfcql.random.RandomStream;

/**
 * Uniform draws without replacement: index by index, drawing again where one was already drawn.
 * Every ordered selection is equally likely. Costs about {@code batch} draws for a batch much
 * smaller than the population, {@code size · ln size} for all of it; allocates nothing per draw.
 */
public final class DistinctIndices {
    private static final int EMPTY = -1;

    private final int size;
    private final int[] indices;
    private final int[] table;
    private final int shift;

    /** Draws of {@code batch} indices out of {@code [0, size)}. */
    public DistinctIndices(int size, int batch) {
        this.size = size;
        this.indices = new int[batch];
        int bits = 33 - Integer.numberOfLeadingZeros(Math.max(1, batch));
        this.table = new int[1 << bits];
        this.shift = 32 - bits;
    }

    /** The next selection; the array is reused by the following call. */
    public int[] next(RandomStream stream) {
        Arrays.fill(table, EMPTY);
        for (int count = 0; count < indices.length; ) {
            int candidate = stream.nextInt(size);
            if (addToTable(candidate)) {
                indices[count++] = candidate;
            }
        }
        return indices;
    }

    /** Open addressing with multiplicative hashing; the table is at most half full. */
    private boolean addToTable(int value) {
        int slot = (value * 0x9E3779B9) >>> shift;
        while (table[slot] != EMPTY) {
            if (table[slot] == value) {
                return false;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = value;
        return true;
    }
}
