package org.cfcql.env.wire;

/** Constants of protocol 1.0 ({@code env-bridges/PROTOCOL.md} 2 and 7). */
public final class Protocol {
    /** Incompatible changes. */
    public static final int MAJOR = 1;

    /** New optional fields. */
    public static final int MINOR = 0;

    /** Largest header from a worker. */
    public static final int MAX_HEADER_BYTES = 1 << 20;

    /** Largest array frame, both directions. */
    public static final int MAX_FRAME_BYTES = 64 << 20;

    /** Largest message, all frames together. */
    public static final int MAX_MESSAGE_BYTES = 256 << 20;

    /** Frames a message may always have; more only with more environments. */
    public static final int MIN_FRAME_LIMIT = 64;

    /** Longest string of a header. */
    public static final int MAX_STRING_BYTES = 16 << 10;

    /** Deepest nesting of a header. */
    public static final int MAX_DEPTH = 8;

    /** Most rows a worker is asked for or serves. */
    public static final int MAX_ENVIRONMENTS = 1 << 16;

    /** Most learned agents; a hundred are the most of any environment here. */
    public static final int MAX_AGENTS = 1 << 12;

    /**
     * Largest width of an observation or a state, largest number of actions or of their dimensions,
     * longest episode: what a learner could not hold anyway, and no product of them with {@link
     * #MAX_AGENTS} that enters a calculation leaves 32 bits unseen.
     */
    public static final int MAX_SIZE = 1 << 20;

    /** Most dimensions of an array. */
    public static final int MAX_DIMENSIONS = 8;

    /** Largest magnitude of an action's bounds: far inside single precision. */
    public static final double MAX_BOUND = 1e9;

    private Protocol() {}
}
