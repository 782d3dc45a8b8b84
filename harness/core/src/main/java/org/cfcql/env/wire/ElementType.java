package org.cfcql.env.wire;

import java.util.Locale;

/** Types of array elements, all little-endian. */
public enum ElementType {
    /** Unsigned byte. */
    U8(1),
    /** Signed 32-bit integer. */
    I32(4),
    /** Signed 64-bit integer. */
    I64(8),
    /** Unsigned 64-bit integer. */
    U64(8),
    /** IEEE single precision. */
    F32(4),
    /** IEEE double precision. */
    F64(8);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The name in messages, for example {@code f32}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type of a name.
     *
     * @throws ProtocolViolation if there is none
     */
    public static ElementType of(String wireName) {
        for (ElementType type : values()) {
            if (type.wireName().equals(wireName)) {
                return type;
            }
        }
        throw new ProtocolViolation(
                ErrorCode.BAD_MESSAGE,
                "expected an element type such as f32, found '" + wireName + "'");
    }
}
