package org.cfcql.env.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The messages both sides of the bridge are tested against. */
public final class RecordedFrames {
    private static final Path FOLDER =
            Path.of("../../env-bridges/recorded-frames").toAbsolutePath().normalize();

    private RecordedFrames() {}

    /** One recorded message as the manifest describes it. */
    public record Entry(JsonNode manifest) {
        /** File name. */
        public String file() {
            return manifest.get("file").asText();
        }

        /** Whether a receiver accepts it. */
        public boolean valid() {
            return manifest.get("valid").asBoolean();
        }

        /** Whether it goes to the harness. */
        public boolean toHarness() {
            return manifest.get("direction").asText().equals("to_harness");
        }

        /** Code of an invalid one. */
        public ErrorCode error() {
            return ErrorCode.valueOf(manifest.get("error").asText());
        }

        /** The header of a valid one, in encoding order. */
        @SuppressWarnings("unchecked")
        public Map<String, Object> header() {
            return (Map<String, Object>) value(manifest.get("header"));
        }

        /** The values of an array, encoded here. */
        public byte[] array(int index) {
            JsonNode array = manifest.get("arrays").get(index);
            String type = array.get("dtype").asText();
            if (type.equals("bytes")) {
                return HexFormat.of().parseHex(array.get("hex").asText());
            }
            JsonNode values = array.get("values");
            ElementType element = ElementType.of(type);
            ByteBuffer buffer =
                    ByteBuffer.allocate(values.size() * element.bytes())
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (JsonNode each : values) {
                switch (element) {
                    case U8 -> buffer.put((byte) each.asInt());
                    case I32 -> buffer.putInt(each.asInt());
                    case I64 -> buffer.putLong(each.asLong());
                    case U64 -> buffer.putLong(Long.parseUnsignedLong(each.asText()));
                    case F32 -> buffer.putFloat((float) each.asDouble());
                    case F64 -> buffer.putDouble(each.asDouble());
                    default -> throw new AssertionError(element);
                }
            }
            return buffer.array();
        }

        /** Frames as recorded. */
        public List<byte[]> frames() {
            return RecordedFrames.frames(file());
        }

        @Override
        public String toString() {
            return file();
        }
    }

    /** All messages. */
    public static Stream<Entry> entries() {
        try {
            JsonNode manifest =
                    new ObjectMapper().readTree(FOLDER.resolve("manifest.json").toFile());
            return StreamSupport.stream(manifest.get("messages").spliterator(), false)
                    .map(Entry::new);
        } catch (IOException absent) {
            throw new AssertionError("no manifest in " + FOLDER, absent);
        }
    }

    /** One message. */
    public static Entry entry(String file) {
        return entries().filter(entry -> entry.file().equals(file)).findFirst().orElseThrow();
    }

    /** Frames of a file. */
    public static List<byte[]> frames(String file) {
        try {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(file)))
                            .order(ByteOrder.LITTLE_ENDIAN);
            List<byte[]> frames = new ArrayList<>();
            for (int count = bytes.getInt(); count > 0; count--) {
                byte[] frame = new byte[bytes.getInt()];
                bytes.get(frame);
                frames.add(frame);
            }
            return frames;
        } catch (IOException absent) {
            throw new AssertionError("no recorded message " + file, absent);
        }
    }

    /** A recorded trace. */
    public static JsonNode trace(String file) {
        try {
            return new ObjectMapper().readTree(FOLDER.resolve("traces").resolve(file).toFile());
        } catch (IOException absent) {
            throw new AssertionError("no recorded trace " + file, absent);
        }
    }

    private static Object value(JsonNode node) {
        if (node.has("$u64")) {
            BigInteger number = new BigInteger(node.get("$u64").asText());
            return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
        }
        if (node.has("$f64")) {
            return Double.valueOf(node.get("$f64").asText());
        }
        if (node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(each -> map.put(each.getKey(), value(each.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(each -> list.add(value(each)));
            return list;
        }
        if (node.isTextual()) {
            return node.asText();
        }
        if (node.isBoolean()) {
            return node.asBoolean();
        }
        if (node.isNull()) {
            return null;
        }
        return node.isIntegralNumber() ? (Object) node.asLong() : (Object) node.asDouble();
    }
}
