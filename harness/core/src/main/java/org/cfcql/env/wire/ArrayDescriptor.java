package org.cfcql.env.wire;

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

    /** Whether it is sent. */
    public boolean sent() {
        return derivedFrom.isEmpty();
    }
}
