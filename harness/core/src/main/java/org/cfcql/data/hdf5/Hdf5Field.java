package org.cfcql.data.hdf5;

import org.cfcql.data.npy.NpyType;

/** The arrays of the paper's HDF5 layout (spec 5.1), all at the root of the file. */
enum Hdf5Field {
    STATE("state", NpyType.FLOAT32),
    OBS("obs", NpyType.FLOAT32),
    ACTIONS("actions", NpyType.INT64),
    AVAIL_ACTIONS("avail_actions", NpyType.INT32),
    /** All zeros in every published file; written, never read. */
    PROBS("probs", NpyType.FLOAT32),
    REWARD("reward", NpyType.FLOAT32),
    TERMINATED("terminated", NpyType.UINT8),
    FILLED("filled", NpyType.INT64);

    private final String key;
    private final NpyType type;

    Hdf5Field(String key, NpyType type) {
        this.key = key;
        this.type = type;
    }

    /** Name in the file. */
    String key() {
        return key;
    }

    /** Element type that is written; any type of numbers is read. */
    NpyType type() {
        return type;
    }

    /** Whether the importer needs it. */
    boolean required() {
        return this != PROBS;
    }

    /** Lengths of the axes after episode and slot. */
    int[] slotAxes(EpisodeShape shape) {
        return switch (this) {
            case STATE -> new int[] {shape.stateSize()};
            case OBS -> new int[] {shape.agents(), shape.observationSize()};
            case ACTIONS -> new int[] {shape.agents(), 1};
            case AVAIL_ACTIONS, PROBS -> new int[] {shape.agents(), shape.actions()};
            case REWARD, TERMINATED, FILLED -> new int[] {1};
        };
    }

    /** Elements of one time slot. */
    int slotElements(EpisodeShape shape) {
        int product = 1;
        for (int length : slotAxes(shape)) {
            product *= length;
        }
        return product;
    }

    /** Lengths of all axes: episode, slot, then those of a slot. */
    int[] axes(EpisodeShape shape) {
        int[] slot = slotAxes(shape);
        int[] axes = new int[2 + slot.length];
        axes[0] = shape.episodes();
        axes[1] = shape.slots();
        System.arraycopy(slot, 0, axes, 2, slot.length);
        return axes;
    }
}
