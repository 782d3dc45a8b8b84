package org.cfcql.env.wire;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cfcql.error.HarnessBug;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * Messages to frames and back ({@code env-bridges/PROTOCOL.md} 2): a MessagePack map, then the
 * arrays.
 */
public final class MessageCodec {
    private MessageCodec() {}

    /** The frames of a message, header first; the routing id is not among them. */
    public static List<byte[]> encode(Message message) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("v", List.of((long) Protocol.MAJOR, (long) Protocol.MINOR));
        header.put("t", message.type());
        header.put("seq", message.sequence());
        header.putAll(message.fields());
        List<byte[]> frames = new ArrayList<>(1 + message.arrays().size());
        frames.add(encodeHeader(header));
        frames.addAll(message.arrays());
        return frames;
    }

    /** The bytes of a header in the shortest form, keys in the map's order. */
    public static byte[] encodeHeader(Map<String, Object> header) {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            pack(packer, header);
            return packer.toByteArray();
        } catch (IOException impossible) {
            throw new HarnessBug("packing into memory failed", impossible);
        }
    }

    /**
     * The message of frames.
     *
     * @param frames header and arrays
     * @param environments E, which allows a message E + 2 frames
     * @throws ProtocolViolation if the header is not valid or a limit is exceeded
     */
    public static Message decode(List<byte[]> frames, int environments) {
        checkLimits(frames, environments);
        Map<String, Object> header = new LinkedHashMap<>(decodeHeader(frames.get(0)));
        Fields fields = new Fields("header", header);
        int[] version = fields.counts("v");
        if (version.length != 2) {
            throw new ProtocolViolation(ErrorCode.BAD_MESSAGE, "expected v to be [major, minor]");
        }
        if (version[0] != Protocol.MAJOR) {
            throw new ProtocolViolation(
                    ErrorCode.BAD_VERSION,
                    "expected protocol " + Protocol.MAJOR + ", found " + version[0]);
        }
        String type = fields.text("t");
        long sequence = sequence(header.get("seq"));
        header.keySet().removeAll(List.of("v", "t", "seq"));
        return new Message(type, sequence, header, frames.subList(1, frames.size()));
    }

    /**
     * The map of a header.
     *
     * @throws ProtocolViolation if it is not one
     */
    public static Map<String, Object> decodeHeader(byte[] bytes) {
        try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
            if (!unpacker.hasNext()
                    || unpacker.getNextFormat().getValueType() == null
                    || !unpacker.getNextFormat().getValueType().isMapType()) {
                throw bad("expected a header that is a map");
            }
            Map<String, Object> header = unpackMap(unpacker, 1);
            if (unpacker.hasNext()) {
                throw bad("expected nothing after the header's map");
            }
            return header;
        } catch (MessagePackException | IOException malformed) {
            throw bad("expected a MessagePack map, found malformed bytes");
        }
    }

    private static void checkLimits(List<byte[]> frames, int environments) {
        if (frames.isEmpty()) {
            throw bad("expected a header frame, found none");
        }
        if (frames.size() > Math.max(Protocol.MIN_FRAME_LIMIT, environments + 2)) {
            throw tooLarge("frames", frames.size());
        }
        if (frames.get(0).length > Protocol.MAX_HEADER_BYTES) {
            throw tooLarge("header bytes", frames.get(0).length);
        }
        long total = 0;
        for (byte[] frame : frames) {
            total += frame.length;
            if (frame.length > Protocol.MAX_FRAME_BYTES) {
                throw tooLarge("frame bytes", frame.length);
            }
        }
        if (total > Protocol.MAX_MESSAGE_BYTES) {
            throw tooLarge("message bytes", total);
        }
    }

    private static long sequence(Object value) {
        if (value instanceof Long number && number >= 0) {
            return number;
        }
        if (value instanceof BigInteger number && number.bitLength() <= Long.SIZE) {
            return number.longValue();
        }
        throw bad("expected seq to be an unsigned number, found " + value);
    }

    private static void pack(MessageBufferPacker packer, Object value) throws IOException {
        if (value == null) {
            packer.packNil();
        } else if (value instanceof Boolean flag) {
            packer.packBoolean(flag);
        } else if (value instanceof Integer || value instanceof Long) {
            packer.packLong(((Number) value).longValue());
        } else if (value instanceof BigInteger number) {
            packer.packBigInteger(number);
        } else if (value instanceof Double number) {
            packer.packDouble(number);
        } else if (value instanceof String text) {
            packer.packString(text);
        } else if (value instanceof List<?> list) {
            packer.packArrayHeader(list.size());
            for (Object element : list) {
                pack(packer, element);
            }
        } else if (value instanceof Map<?, ?> map) {
            packer.packMapHeader(map.size());
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                packer.packString((String) entry.getKey());
                pack(packer, entry.getValue());
            }
        } else {
            throw new HarnessBug("no header value: " + value.getClass());
        }
    }

    private static Object unpack(MessageUnpacker unpacker, int depth) throws IOException {
        MessageFormat format = unpacker.getNextFormat();
        if (format == MessageFormat.FLOAT32 || format == MessageFormat.NEVER_USED) {
            throw bad("expected an allowed MessagePack type, found " + format);
        }
        return switch (format.getValueType()) {
            case NIL -> {
                unpacker.unpackNil();
                yield null;
            }
            case BOOLEAN -> unpacker.unpackBoolean();
            case INTEGER -> {
                BigInteger number = unpacker.unpackBigInteger();
                yield number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
            }
            case FLOAT -> unpacker.unpackDouble();
            case STRING -> unpackText(unpacker);
            case ARRAY -> unpackList(unpacker, deeper(depth));
            case MAP -> unpackMap(unpacker, deeper(depth));
            default -> throw bad("expected an allowed MessagePack type, found " + format);
        };
    }

    private static String unpackText(MessageUnpacker unpacker) throws IOException {
        int bytes = unpacker.unpackRawStringHeader();
        if (bytes > Protocol.MAX_STRING_BYTES) {
            throw bad("expected strings of at most 16 KiB, found " + bytes + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(unpacker.readPayload(bytes)))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw bad("expected strings in UTF-8");
        }
    }

    private static List<Object> unpackList(MessageUnpacker unpacker, int depth) throws IOException {
        int size = unpacker.unpackArrayHeader();
        List<Object> list = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            list.add(unpack(unpacker, depth));
        }
        return list;
    }

    private static Map<String, Object> unpackMap(MessageUnpacker unpacker, int depth)
            throws IOException {
        int size = unpacker.unpackMapHeader();
        Map<String, Object> map = new LinkedHashMap<>();
        for (int index = 0; index < size; index++) {
            if (!unpacker.getNextFormat().getValueType().isStringType()) {
                throw bad("expected string keys, found " + unpacker.getNextFormat());
            }
            String key = unpackText(unpacker);
            if (map.containsKey(key)) {
                throw bad("expected each key once, found '" + key + "' twice");
            }
            map.put(key, unpack(unpacker, depth));
        }
        return map;
    }

    private static int deeper(int depth) {
        if (depth >= Protocol.MAX_DEPTH) {
            throw bad("expected at most " + Protocol.MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    private static ProtocolViolation bad(String message) {
        return new ProtocolViolation(ErrorCode.BAD_MESSAGE, message);
    }

    private static ProtocolViolation tooLarge(String what, long found) {
        return new ProtocolViolation(
                ErrorCode.TOO_LARGE, "message over the limit: " + found + " " + what);
    }
}
