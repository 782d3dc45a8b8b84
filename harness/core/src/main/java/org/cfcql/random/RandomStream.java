package org.cfcql.random;

import java.nio.LongBuffer;

/**
 * Counter-based generator Philox4x32-10 (Salmon et al., <i>Parallel random numbers: as easy as 1,
 * 2, 3</i>, 2011): its whole state is a key and a count of 32-bit words drawn, so a checkpoint
 * stores two numbers and a kernel can produce the same bits.
 *
 * <p>Word {@code w} of the stream is lane {@code w mod 4} of the block with counter {@code w / 4}
 * (low half first, upper 64 bits of the counter zero) under key {@code (seed low, seed high)}.
 *
 * <p>Not safe for use by several threads.
 */
public final class RandomStream {
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final double UNIT_24 = 0x1.0p-24;
    private static final double UNIT_53 = 0x1.0p-53;

    private final int[] block = new int[4];
    private long key;
    private long position;
    private long cachedBlock = -1;

    /** A stream at its beginning. */
    public RandomStream(long key) {
        this(new State(key, 0));
    }

    /** A stream continued from a stored state. */
    public RandomStream(State state) {
        restore(state);
    }

    /**
     * Everything needed to continue a stream.
     *
     * @param key seed of the stream
     * @param position 32-bit words drawn so far
     */
    public record State(long key, long position) {}

    /** The state to store in a checkpoint. */
    public State state() {
        return new State(key, position);
    }

    /** Continues from a stored state. */
    public void restore(State state) {
        key = state.key();
        position = state.position();
        cachedBlock = -1;
    }

    /** Next 32 random bits. */
    public int nextInt() {
        long wanted = position >>> 2;
        if (wanted != cachedBlock) {
            generate(wanted);
        }
        return block[(int) (position++ & 3)];
    }

    /** Next 64 random bits: two words, low one first. */
    public long nextLong() {
        long low = nextInt() & 0xFFFFFFFFL;
        return low | ((long) nextInt() << 32);
    }

    /** Uniform integer in {@code [0, bound)} without bias (multiply-shift with rejection). */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, found " + bound);
        }
        return below(bound, threshold(bound));
    }

    /** Fills with what {@link #nextInt(int)} would return one after the other. */
    public void fillIntegers(LongBuffer target, int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, found " + bound);
        }
        long threshold = threshold(bound);
        while (target.hasRemaining()) {
            target.put(below(bound, threshold));
        }
    }

    private static long threshold(int bound) {
        return (0x100000000L - bound) % bound;
    }

    private int below(int bound, long threshold) {
        long product = (nextInt() & 0xFFFFFFFFL) * bound;
        while ((product & 0xFFFFFFFFL) < threshold) {
            product = (nextInt() & 0xFFFFFFFFL) * bound;
        }
        return (int) (product >>> 32);
    }

    /** Uniform in {@code [0, 1)} with 53 random bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * UNIT_53;
    }

    /** Fills with uniform numbers of {@code [low, high)}, 24 random bits and one word each. */
    public void fillUniform(float[] target, float low, float high) {
        double width = (double) high - low;
        for (int index = 0; index < target.length; index++) {
            target[index] = (float) (low + width * ((nextInt() >>> 8) * UNIT_24));
        }
    }

    /**
     * Fills with standard normal numbers by the Box-Muller transform: two words make two numbers
     * (cosine first); an odd length discards the last sine.
     */
    public void fillNormal(float[] target) {
        for (int index = 0; index < target.length; index += 2) {
            double radius = Math.sqrt(-2 * StrictMath.log(((nextInt() >>> 8) + 1) * UNIT_24));
            double angle = 2 * Math.PI * ((nextInt() >>> 8) * UNIT_24);
            target[index] = (float) (radius * StrictMath.cos(angle));
            if (index + 1 < target.length) {
                target[index + 1] = (float) (radius * StrictMath.sin(angle));
            }
        }
    }

    private void generate(long counter) {
        int c0 = (int) counter;
        int c1 = (int) (counter >>> 32);
        int c2 = 0;
        int c3 = 0;
        int k0 = (int) key;
        int k1 = (int) (key >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = (MULTIPLIER_0 & 0xFFFFFFFFL) * (c0 & 0xFFFFFFFFL);
            long product1 = (MULTIPLIER_1 & 0xFFFFFFFFL) * (c2 & 0xFFFFFFFFL);
            int next0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            int next2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c1 = (int) product1;
            c3 = (int) product0;
            c0 = next0;
            c2 = next2;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        block[0] = c0;
        block[1] = c1;
        block[2] = c2;
        block[3] = c3;
        cachedBlock = counter;
    }
}
