package org.cfcql.tensor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cfcql.error.ForeignText;
import org.cfcql.error.UserError;

/**
 * Files of named tensors in the safetensors format: eight bytes with the length of a JSON header,
 * the header, then the values row by row, little-endian, without gaps.
 *
 * <p>The same tensors in the same order give the same bytes.
 */
public final class Safetensors {
    private static final int LENGTH_BYTES = 8;
    private static final int MAXIMAL_HEADER = 100_000_000;
    private static final String METADATA = "__metadata__";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final Map<String, ScalarType> TYPES =
            Map.of(
                    "F32", ScalarType.Float,
                    "F64", ScalarType.Double,
                    "I64", ScalarType.Long,
                    "U8", ScalarType.Byte);

    private final SortedMap<String, String> metadata;
    private final Map<String, Entry> entries;

    private Safetensors(SortedMap<String, String> metadata, Map<String, Entry> entries) {
        this.metadata = metadata;
        this.entries = entries;
    }

    /**
     * One tensor of a file.
     *
     * @param type {@code F32}, {@code F64}, {@code I64} or {@code U8}
     * @param shape lengths of the axes
     * @param bytes the values
     */
    private record Entry(String type, List<Long> shape, ByteBuffer bytes) {}

    /**
     * Writes a file and syncs it; the caller renames it into place.
     *
     * @param tensors values by name, in the order they are stored
     * @param metadata free text by name
     * @throws IOException if the disk refuses
     */
    public static void write(
            Path file, Map<String, Tensor> tensors, SortedMap<String, String> metadata)
            throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING);
                PointerScope scope = new PointerScope()) {
            Map<String, Tensor> hosts = new LinkedHashMap<>();
            tensors.forEach((name, tensor) -> hosts.put(name, host(tensor)));
            writeAll(channel, header(hosts, metadata));
            for (Tensor tensor : hosts.values()) {
                writeAll(channel, bytes(tensor));
            }
            channel.force(true);
        }
    }

    /**
     * Reads a file into memory.
     *
     * @throws UserError if it is missing, truncated or of another format
     */
    public static Safetensors read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer content = ByteBuffer.allocateDirect(Math.toIntExact(channel.size()));
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // Reads until the end; a short file shows below.
            }
            return parse(content.flip().order(ByteOrder.LITTLE_ENDIAN));
        } catch (JsonProcessingException wrong) {
            throw noSafetensors(file, "something else (" + wrong.getOriginalMessage(), wrong);
        } catch (IOException wrong) {
            throw noSafetensors(file, "no readable file (" + wrong.getMessage(), wrong);
        } catch (RuntimeException wrong) {
            throw noSafetensors(file, "something else (" + wrong.getMessage(), wrong);
        }
    }

    private static UserError noSafetensors(Path file, String found, Exception cause) {
        return new UserError(
                "expected a safetensors file at "
                        + file
                        + ", found "
                        + ForeignText.oneLine(found)
                        + "); check the path",
                cause);
    }

    /** Free text by name. */
    public SortedMap<String, String> metadata() {
        return metadata;
    }

    /** Names of the tensors in the order of the file. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** Lengths of the axes of a tensor. */
    public List<Long> shape(String name) {
        return entry(name).shape();
    }

    /**
     * Copies values into tensors of the same names and shapes.
     *
     * @throws UserError if a tensor is missing in the file or has another shape or type
     */
    public void copyInto(Map<String, Tensor> targets) {
        try (PointerScope scope = new PointerScope()) {
            targets.forEach(
                    (name, target) -> {
                        Entry entry = entry(name);
                        List<Long> shape = shape(target);
                        if (!shape.equals(entry.shape())) {
                            throw new UserError(
                                    "expected tensor '"
                                            + name
                                            + "' of shape "
                                            + shape
                                            + ", found "
                                            + entry.shape()
                                            + "; this file belongs to another network");
                        }
                        // The history-free view shares memory and may be written in place.
                        target.detach().copy_(view(entry));
                    });
        }
    }

    /**
     * The bytes of a tensor of bytes.
     *
     * @throws UserError if there is none of this name
     */
    public byte[] bytes(String name) {
        Entry entry = entry(name);
        if (!entry.type().equals("U8")) {
            throw new UserError(
                    "expected tensor '"
                            + name
                            + "' of bytes, found "
                            + entry.type()
                            + "; this file belongs to another network");
        }
        byte[] bytes = new byte[entry.bytes().remaining()];
        entry.bytes().duplicate().get(bytes);
        return bytes;
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new UserError(
                    "expected a tensor '"
                            + name
                            + "', found none; this file belongs to another network");
        }
        return entry;
    }

    private static Tensor host(Tensor tensor) {
        return tensor.detach()
                .to(ComputeDevice.CPU.toLibTorch(), tensor.scalar_type())
                .contiguous();
    }

    private static ByteBuffer bytes(Tensor tensor) {
        long size = tensor.numel() * tensor.element_size();
        return new BytePointer(tensor.data_ptr()).capacity(size).asByteBuffer();
    }

    private static Tensor view(Entry entry) {
        long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
        TensorOptions options =
                new TensorOptions().dtype(new ScalarTypeOptional(TYPES.get(entry.type())));
        return torch.from_blob(new BytePointer(entry.bytes()), shape, options);
    }

    private static List<Long> shape(Tensor tensor) {
        List<Long> shape = new ArrayList<>();
        for (long axis = 0; axis < tensor.dim(); axis++) {
            shape.add(tensor.size(axis));
        }
        return shape;
    }

    private static ByteBuffer header(
            Map<String, Tensor> tensors, SortedMap<String, String> metadata) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put(METADATA, metadata);
        long offset = 0;
        for (var named : tensors.entrySet()) {
            long end = offset + named.getValue().numel() * named.getValue().element_size();
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", typeName(named.getValue()));
            entry.put("shape", shape(named.getValue()));
            entry.put("data_offsets", List.of(offset, end));
            header.put(named.getKey(), entry);
            offset = end;
        }
        try {
            byte[] text = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
            // Spaces up to a multiple of eight, so that values are aligned in memory.
            int padded = (text.length + LENGTH_BYTES - 1) / LENGTH_BYTES * LENGTH_BYTES;
            ByteBuffer buffer =
                    ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(padded).put(text);
            while (buffer.hasRemaining()) {
                buffer.put((byte) ' ');
            }
            return buffer.flip();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String typeName(Tensor tensor) {
        ScalarType type = tensor.scalar_type().intern();
        return TYPES.entrySet().stream()
                .filter(named -> named.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("cannot store type " + type));
    }

    private static Safetensors parse(ByteBuffer content) throws JsonProcessingException {
        long length = content.getLong();
        if (length < 0 || length > Math.min(MAXIMAL_HEADER, content.remaining())) {
            throw new IllegalArgumentException("the header's length is " + length);
        }
        byte[] text = new byte[(int) length];
        content.get(text);
        ByteBuffer values = content.slice().order(ByteOrder.LITTLE_ENDIAN);
        JsonNode header = JSON.readTree(new String(text, StandardCharsets.UTF_8));
        if (!header.isObject()) {
            throw new IllegalArgumentException("the header is no object");
        }
        SortedMap<String, String> metadata = new TreeMap<>();
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<Place> places = new ArrayList<>();
        for (var field : header.properties()) {
            JsonNode value = field.getValue();
            if (field.getKey().equals(METADATA)) {
                value.properties()
                        .forEach(item -> metadata.put(item.getKey(), item.getValue().asText()));
            } else {
                places.add(place(field.getKey(), value));
            }
        }
        long end = 0;
        // Without gap and overlap each byte belongs to one tensor, in the order of the offsets.
        for (Place place : places.stream().sorted(Comparator.comparing(Place::begin)).toList()) {
            if (place.begin() != end || place.end() > values.limit()) {
                throw new IllegalArgumentException(
                        "tensor '%s' lies at %d to %d of %d bytes, expected it at %d"
                                .formatted(
                                        place.name(),
                                        place.begin(),
                                        place.end(),
                                        values.limit(),
                                        end));
            }
            end = place.end();
        }
        if (end != values.limit()) {
            throw new IllegalArgumentException(
                    "tensors end at " + end + " of " + values.limit() + " bytes");
        }
        for (Place place : places) {
            ByteBuffer slice =
                    values.slice((int) place.begin(), (int) (place.end() - place.begin()));
            entries.put(place.name(), new Entry(place.type(), place.shape(), slice));
        }
        return new Safetensors(
                Collections.unmodifiableSortedMap(metadata), Collections.unmodifiableMap(entries));
    }

    /** Where the header says that a tensor lies. */
    private record Place(String name, String type, List<Long> shape, long begin, long end) {}

    private static Place place(String name, JsonNode description) {
        String type = description.path("dtype").asText();
        if (!TYPES.containsKey(type)) {
            throw new IllegalArgumentException("values of type '" + type + "' are not supported");
        }
        List<Long> shape = new ArrayList<>();
        description.path("shape").forEach(axis -> shape.add(count(name, axis)));
        JsonNode offsets = description.path("data_offsets");
        long begin = count(name, offsets.path(0));
        long end = count(name, offsets.path(1));
        long bytes =
                switch (type) {
                    case "U8" -> Byte.BYTES;
                    case "F32" -> Float.BYTES;
                    default -> Long.BYTES;
                };
        try {
            for (long axis : shape) {
                bytes = Math.multiplyExact(bytes, axis);
            }
        } catch (ArithmeticException overflow) {
            throw new IllegalArgumentException("tensor '" + name + "' has no size: " + shape);
        }
        if (!description.path("shape").isArray() || offsets.size() != 2 || end - begin != bytes) {
            throw new IllegalArgumentException(
                    "tensor '%s' of %d bytes lies at %s".formatted(name, bytes, offsets));
        }
        return new Place(name, type, List.copyOf(shape), begin, end);
    }

    private static long count(String name, JsonNode number) {
        if (!number.canConvertToLong() || !number.isIntegralNumber() || number.asLong() < 0) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "' has the size or offset " + number);
        }
        return number.asLong();
    }
}
