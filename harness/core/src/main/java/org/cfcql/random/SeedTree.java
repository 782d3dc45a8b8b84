package org.cfcql.random;

import java.nio.charset.StandardCharsets;

/**
 * A node of the tree from which every random stream of a cell is derived by name.
 *
 * <p>Derivation is pure: the same path of names and numbers gives the same seed on every machine. A
 * child is {@code mix64(seed + golden · (1 + fnv1a64(name)))}, with the finaliser of SplitMix64.
 *
 * @param seed 64-bit seed of this node
 */
public record SeedTree(long seed) {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final long FNV_OFFSET = 0xCBF29CE484222325L;
    private static final long FNV_PRIME = 0x100000001B3L;

    /** The child with this name. */
    public SeedTree child(String name) {
        long hash = FNV_OFFSET;
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xFF)) * FNV_PRIME;
        }
        return child(hash);
    }

    /** The child with this number, for episodes, evaluations and other counted things. */
    public SeedTree child(long number) {
        return new SeedTree(mix64(seed + GOLDEN_GAMMA * (1 + number)));
    }

    /** A fresh stream of random numbers seeded by this node. */
    public RandomStream stream() {
        return new RandomStream(seed);
    }

    private static long mix64(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
