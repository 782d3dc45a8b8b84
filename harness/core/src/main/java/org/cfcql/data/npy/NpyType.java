package org.cfcql.data.npy;

import java.util.Optional;

/** Element types of {@code .npy} files that the harness reads; it writes them little-endian. */
public enum NpyType {
    FLOAT16("f2", 2),
    FLOAT32("f4", 4),
    FLOAT64("f8", 8),
    INT8("i1", 1),
    INT16("i2", 2),
    INT32("i4", 4),
    INT64("i8", 8),
    UINT8("u1", 1),
    BOOLEAN("b1", 1);

    private final String code;
    private final int bytes;

    NpyType(String code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** NumPy's name of this type in little-endian order, for example {@code <f4}. */
    public String descriptor() {
        return (bytes == 1 ? "|" : "<") + code;
    }

    /** The type of a descriptor, whatever its byte order; empty for types that are not read. */
    static Optional<NpyType> of(String descriptor) {
        for (NpyType type : values()) {
            if (descriptor.length() == 3 && descriptor.endsWith(type.code)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
