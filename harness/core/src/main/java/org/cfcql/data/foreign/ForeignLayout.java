package org.cfcql.data.foreign;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Layouts of other projects, described in docs/datasets.md. */
public enum ForeignLayout {
    /** One HDF5 file, or parts of one, with {@code obs}, {@code actions}, {@code filled}, ... */
    PADDED("cfcql-h5", true),
    /** A folder of {@code obs_0.npy}, {@code acs_0.npy}, ... */
    AGENT_FILES("omar", true),
    /**
     * One HDF5 file, or parts of one, with {@code s}, {@code o}, {@code a}, {@code r}, {@code d}.
     */
    FLAT_ROWS("omiga", false),
    /** The padded arrays as a folder of {@code obs.npy}, {@code filled.npy}, ... */
    PADDED_FILES("pymarl", false),
    /** A Flashbax vault {@code NAME.vlt/UID}. */
    VAULT("vault", true);

    private final String label;
    private final boolean written;

    ForeignLayout(String label, boolean written) {
        this.label = label;
        this.written = written;
    }

    /** The name that users know. */
    @Override
    public String toString() {
        return label;
    }

    /** Whether data sets can be exported to it. */
    public boolean isWritten() {
        return written;
    }

    /** Whether it is one file and not a folder. */
    public boolean isFile() {
        return this == PADDED;
    }

    /** The layout of a name. */
    public static Optional<ForeignLayout> of(String label) {
        return Arrays.stream(values()).filter(layout -> layout.label.equals(label)).findFirst();
    }

    /** The names of all layouts that are read, or of those that are written too. */
    public static String names(boolean writtenOnly) {
        return Arrays.stream(values())
                .filter(layout -> layout.written || !writtenOnly)
                .map(ForeignLayout::toString)
                .collect(Collectors.joining(", "));
    }
}
