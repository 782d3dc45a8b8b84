package org.cfcql.env.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Any message, untyped: what the codec reads and writes.
 *
 * @param type message type, for example {@code STEP_OK}
 * @param sequence number of the request, which its reply repeats (unsigned)
 * @param fields the header's other fields in encoding order: null, Boolean, Long, BigInteger (above
 *     2^63), Double, String, List or Map of these
 * @param arrays array frames
 */
public record Message(String type, long sequence, Map<String, Object> fields, List<byte[]> arrays) {
    /** Copies the collections, not the frames. */
    public Message {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        arrays = List.copyOf(arrays);
    }

    /** A message without fields and arrays. */
    public static Message bare(String type, long sequence) {
        return new Message(type, sequence, Map.of(), List.of());
    }

    /** The fields, to be read by name and type. */
    public Fields read() {
        return new Fields(type, fields);
    }
}
