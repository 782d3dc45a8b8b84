package org.cfcql.env.wire;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One array of an environment.
 *
 * @param name name, for example {@code observations}
 * @param role {@code observation}, {@code state}, {@code mask}, {@code action}, {@code reward},
 *     {@code flag} or {@code info}
 * @param type element type
 * @param shape shape per environment, without E
 * @param meaning one sentence
 * @param derivedFrom the array it follows from and is not sent, or empty
 * @param derivedBy {@code concatenate}, {@code agent_0} or {@code repeat}, or empty
 */
public record ArrayDescriptor(
        String name,
        String role,
        ElementType type,
        int[] shape,
        String meaning,
        String derivedFrom,
        String derivedBy) {
    static ArrayDescriptor of(Fields fields) {
        ArrayDescriptor array = read(fields);
        // Products of what a message says are formed only after this.
        long elements = 1;
        for (int length : array.shape) {
            elements *= length;
            if (length < 1 || elements > Protocol.MAX_FRAME_BYTES) {
                throw array.wrongShape("positive lengths that fit a frame");
            }
        }
        if (array.shape.length > Protocol.MAX_DIMENSIONS) {
            throw array.wrongShape("at most " + Protocol.MAX_DIMENSIONS + " dimensions");
        }
        return array;
    }

    private ProtocolViolation wrongShape(String expected) {
        return new ProtocolViolation(
                ErrorCode.BAD_SHAPE,
                "expected the shape of "
                        + name
                        + " to have "
                        + expected
                        + ", found "
                        + Arrays.stream(shape)
                                .limit(Protocol.MAX_DIMENSIONS + 1L)
                                .mapToObj(String::valueOf)
                                .collect(Collectors.joining(", ", "[", "]")));
    }

    private static ArrayDescriptor read(Fields fields) {
        return new ArrayDescriptor(
                fields.text("name"),
                fields.text("role"),
                ElementType.of(fields.text("dtype")),
                fields.counts("shape"),
                fields.text("meaning"),
                fields.text("derived_from", ""),
                fields.text("derived_by", ""));
    }

    /** Elements per environment. */
    public int elements() {
        return IntStream.of(shape).reduce(1, Math::multiplyExact);
    }

    /** Bytes of its frame for E environments. */
    public long frameBytes(int environments) {
        return (long) environments * elements() * type.bytes();
    }

    /** Whether it has the same place in messages as another one. */
    boolean sameAs(ArrayDescriptor other) {
        return name.equals(other.name)
                && role.equals(other.role)
                && type == other.type
                && Arrays.equals(shape, other.shape)
                && derivedFrom.equals(other.derivedFrom)
                && derivedBy.equals(other.derivedBy);
    }

    /** Whether it is sent. */
    public boolean sent() {
        return derivedFrom.isEmpty();
    }
}
