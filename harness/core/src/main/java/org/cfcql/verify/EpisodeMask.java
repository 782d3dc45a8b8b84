package org.cfcql.verify;

import java.util.Arrays;
import java.util.Set;

/**
 * Which entries of a discrete file's values are compared: those of masked slots are whatever was
 * computed on padding (docs/golden-files.md, Discrete algorithms).
 *
 * @param mask m {@code [batch, T]}, 1 where compared; null for files without episodes
 * @param filled {@code [batch, T+1]}, 1 where compared
 */
record EpisodeMask(GoldenArray mask, GoldenArray filled) {
    /** Compares everything. */
    static final EpisodeMask NONE = new EpisodeMask(null, null);

    /** Arrays with an axis of samples before batch and time. */
    private static final Set<String> SAMPLED = Set.of("sampled_q_tot", "valid");

    /** The masks of an update. */
    static EpisodeMask of(GoldenFile file, String step) {
        GoldenArray mask = file.arrays().get(step + "/values/mask");
        GoldenArray filled = file.arrays().get(step + "/batch/filled");
        if (mask == null || filled == null) {
            throw new GoldenMismatch(step, "expected values/mask and batch/filled, found none");
        }
        return new EpisodeMask(mask, filled);
    }

    /** Whether scales are those of the discrete section: max(1, |x|) entry by entry. */
    boolean discrete() {
        return mask != null;
    }

    /** Whether an entry of an array is compared. */
    boolean compares(String name, GoldenArray array, int index) {
        if (mask == null || name.equals("mask")) {
            return true;
        }
        int first = SAMPLED.contains(name) ? 1 : 0;
        for (GoldenArray flags : new GoldenArray[] {mask, filled}) {
            if (startsWith(array.shape(), flags.shape(), first)) {
                return flags.values()[slot(array, index, first, flags)] > 0;
            }
        }
        return true;
    }

    private static boolean startsWith(long[] shape, long[] slots, int first) {
        return shape.length >= first + 2
                && Arrays.equals(Arrays.copyOfRange(shape, first, first + 2), slots);
    }

    /** Number of the slot that an entry belongs to. */
    private static int slot(GoldenArray array, int index, int first, GoldenArray flags) {
        int perSlot = 1;
        for (int axis = first + 2; axis < array.shape().length; axis++) {
            perSlot *= (int) array.shape()[axis];
        }
        return index / perSlot % flags.values().length;
    }
}
