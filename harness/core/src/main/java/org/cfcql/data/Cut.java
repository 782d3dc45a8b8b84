package org.cfcql.data;

/**
 * What {@code truncated.npy} holds in the last step of an episode that was cut from outside: {@link
 * #MADE}, and what else is known of it, added up.
 */
public final class Cut {
    /** The episode was cut. */
    public static final byte MADE = 1;

    /**
     * What followed the last step is unknown: the final row repeats the one before it, and nobody
     * may bootstrap from it.
     */
    public static final byte SUCCESSOR_UNKNOWN = 2;

    /** Only the end of the data cut it, so that its return says nothing of the policy. */
    public static final byte DATA_ENDED = 4;

    private Cut() {}

    /** Whether a value of the array is one of the above. */
    public static boolean isMark(int value) {
        return value == 0
                || (value & MADE) != 0 && value <= (MADE | SUCCESSOR_UNKNOWN | DATA_ENDED);
    }

    /** Whether more is known of a cut than that it was made, which older versions cannot read. */
    public static boolean saysMore(byte mark) {
        return mark > MADE;
    }

    /** Whether what followed is unknown. */
    public static boolean successorUnknown(byte mark) {
        return (mark & SUCCESSOR_UNKNOWN) != 0;
    }

    /** Whether only the end of the data made it. */
    public static boolean dataEnded(byte mark) {
        return (mark & DATA_ENDED) != 0;
    }
}
